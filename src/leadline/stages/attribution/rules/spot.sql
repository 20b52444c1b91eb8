-- The spot of each address that was asked for, and a number for the address.
select p.number, p.place as address, p.spot from placed as p where p.asked
