select 101 as order_id, 1 as customer_id, 1 as product_id, cast('2024-01-05' as date) as order_date, 120.50 as order_total
union all
select 102, 2, 2, cast('2024-01-17' as date), 80.00
union all
select 103, 1, 2, cast('2024-02-02' as date), 45.25
union all
select 104, 3, 1, cast('2024-02-20' as date), 210.00
{% if var('inject_negative_order') %}
union all
select 999, 2, 1, cast('2024-02-28' as date), -15.00
{% endif %}
