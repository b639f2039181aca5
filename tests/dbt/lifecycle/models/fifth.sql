{{ config(materialized='table') }} select * from {{ ref('fourth') }}
