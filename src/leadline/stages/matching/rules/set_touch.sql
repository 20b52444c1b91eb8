-- Which keyed digests of one edition of a hash set are asked for: nothing but the join, because this is the only
-- place where the whole set is read. A keyed digest is equal only within one algorithm: the key is mixed with it.
select
    k.first_entry, d.algorithm, d.item, d.category, d.has_md5, d.has_sha1, d.has_sha256
from set_digest as d
join keyed_digest as k on k.keyed = d.keyed
