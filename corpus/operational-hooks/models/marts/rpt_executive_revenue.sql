-- Its hooks are steps of their own, written in marts.yml.
select
    customers.region,
    sum(orders.order_total) as revenue
from {{ ref('fct_orders') }} as orders
join {{ ref('dim_customers') }} as customers
    on customers.customer_id = orders.customer_id
group by customers.region
