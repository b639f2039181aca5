{{ config(materialized='ephemeral', post_hook="{{ mark('never: an ephemeral model is not built') }}") }} select * from {{ ref('third') }}
