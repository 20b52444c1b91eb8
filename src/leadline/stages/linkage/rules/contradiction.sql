-- Pairs that two persons explain better, whatever else agrees. Two full names that share nothing, or two given names
-- with one family name (as shown, or as the mailbox is written), with either two
-- telephone numbers or no more than one personal key in common (a home's tablet, telephone, card or mailbox); or a
-- telephone number in common and nothing else, on two devices: such a number may be a home's; or a device in common
-- and nothing else, with two numbers: such a device may be a home's; or a card in common and nothing else, with two
-- numbers or two devices: such a card may be a home's; or namesakes, whose mailboxes are alike because their names
-- are, and who differ in anything else.
with counted as (
    select
        c.account_a, c.account_b, c.email, c.name, c.phone, c.device, c.payment, c.country, c.home, c.signup,
        case when c.email in ('same', 'mailbox', 'tagged', 'local') then 1 else 0 end
        + case when c.phone = 'same' then 1 else 0 end
        + case when c.device = 'same' then 1 else 0 end
        + case when c.payment = 'same' then 1 else 0 end as keys_in_common
    from compared as c
)
select c.account_a, c.account_b
from counted as c
where (c.name in ('different', 'relative') and (c.phone = 'different' or c.keys_in_common < 2))
    or (
        c.phone = 'same' and c.keys_in_common = 1 and coalesce(c.device, '') = 'different'
        and coalesce(c.email, '') in ('', 'different')
        and coalesce(c.name, '') not in ('same', 'handle', 'initial', 'mailbox')
    )
    or (
        c.device = 'same' and c.keys_in_common = 1 and coalesce(c.phone, '') = 'different'
        and coalesce(c.email, '') = 'different' and coalesce(c.name, '') not in ('same', 'handle', 'initial', 'mailbox', 'word')
    )
    or (
        c.payment = 'same' and c.keys_in_common = 1
        and (coalesce(c.phone, '') = 'different' or coalesce(c.device, '') = 'different')
        and coalesce(c.email, '') in ('', 'different')
        and coalesce(c.name, '') not in ('same', 'handle', 'initial', 'mailbox')
    )
    or (
        coalesce(c.email, '') in ('local', 'stem') and coalesce(c.phone, '') <> 'same'
        and coalesce(c.device, '') <> 'same' and coalesce(c.payment, '') <> 'same'
        and not coalesce(c.home in ('pair', 'few'), false) and coalesce(c.signup, '') <> 'same'
        and (
            coalesce(c.device, '') = 'different' or coalesce(c.phone, '') in ('different', 'tail')
            or coalesce(c.country, '') = 'different'
        )
    )
