select 1 as customer_id, 'Amrita' as customer_name, 'north' as region
union all
select 2, 'Bjarne', 'south'
union all
select 3, 'Chidi', 'north'
