{{ config(materialized='table') }}
-- begins with a list of its own
with own as (select * from {{ ref('fourth') }})
select * from own union all select * from {{ ref('fifth') }}
