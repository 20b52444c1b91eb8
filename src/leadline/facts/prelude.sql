-- The functions that rules share. Everything an engine spells in its own way stands here and nowhere else,
-- so that the rules themselves are SQL that travels.

-- Does the whole text match the pattern? Patterns are RE2, name no anchors, and use [^\n] for "any".
create or replace macro whole_match(t, p) as regexp_full_match(t, p);

-- The first group of a pattern that must match the whole text; '' where it does not match.
create or replace macro first_group(t, p) as regexp_extract(t, '^(?:' || p || ')$', 1);

-- Microseconds since 1970 in UTC, so that spans of time are integer arithmetic.
create or replace macro micros(t) as epoch_us(t);

-- The UTC day of an instant.
create or replace macro day_of(t) as cast(timezone('UTC', t) as date);

-- Days from one date to a later one.
create or replace macro days_between(a, b) as cast(date_diff('day', a, b) as bigint);

-- The date a number of days after another.
create or replace macro plus_days(d, n) as cast(d + cast(n as integer) as date);

-- The instant at which a UTC day begins.
create or replace macro day_begins(d) as cast(d as timestamp) at time zone 'UTC';

-- A whole number written in ASCII digits with an optional sign; NULL for anything else ('1e3', '1_000', '12.0').
create or replace macro try_int(t) as case when regexp_full_match(t, '[-+]?[0-9]{1,18}') then cast(t as bigint) end;

-- Thousandths as text with three decimals: 612 is 0.612.
create or replace macro thousandths(n) as (n // 1000) || '.' || lpad(cast(n % 1000 as varchar), 3, '0');

-- A span of whole seconds in the unit that a reader takes in at once, rounded up: '45 seconds', '97 days'.
create or replace macro span_in_words(s) as case
    when s < 120 then cast(s as varchar) || ' seconds'
    when s < 7200 then cast((s + 59) // 60 as varchar) || ' minutes'
    when s < 172800 then cast((s + 3599) // 3600 as varchar) || ' hours'
    else cast((s + 86399) // 86400 as varchar) || ' days'
end;

-- The bucket of an account: 0 to 15, from the first hexadecimal digit of the SHA-256 of its key.
create or replace macro bucket_of(k) as cast(strpos('0123456789abcdef', substr(sha256(k), 1, 1)) - 1 as bigint);

-- ASCII letters in lower case; other letters stay, because engines fold them differently.
create or replace macro ascii_lower(t) as translate(t, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');

-- The instant that a time text with a zone names; NULL where it names none. A shape gate stands before each
-- parse, because ungated parsers accept offsets and minutes that do not exist.
--   clf:   17/May/2015:10:05:03 +0000
--   iso:   2019-09-20T02:15:00Z, 2019-09-20 02:15:00.123456+13:00 (any fraction up to nine digits is cut to six)
--   epoch_s, epoch_ms, epoch_us, epoch_ns: whole numbers since 1970 in UTC
create or replace macro at_utc(t, kind) as case
    when kind = 'clf' and regexp_full_match(t, '[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] [-+](0[0-9]|1[0-4])[0-5][0-9]')
        then try_strptime(t, '%d/%b/%Y:%H:%M:%S %z')
    when kind = 'iso' and regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]{1,9})?(Z|[-+](0[0-9]|1[0-4]):?[0-5][0-9])')
        then try_strptime(
            substr(t, 1, 10) || 'T' || substr(t, 12, 8)
            || '.' || rpad(regexp_extract(t, '[.,]([0-9]{1,6})', 1), 6, '0')
            || case when right(t, 1) = 'Z' then '+0000' else replace(regexp_extract(t, '[-+][0-9]{2}:?[0-9]{2}$'), ':', '') end,
            '%Y-%m-%dT%H:%M:%S.%f%z')
    when kind = 'epoch_s' and regexp_full_match(t, '[0-9]{1,11}') then make_timestamptz(cast(t as bigint) * 1000000)
    when kind = 'epoch_ms' and regexp_full_match(t, '[0-9]{1,14}') then make_timestamptz(cast(t as bigint) * 1000)
    when kind = 'epoch_us' and regexp_full_match(t, '[0-9]{1,17}') then make_timestamptz(cast(t as bigint))
    when kind = 'epoch_ns' and regexp_full_match(t, '[0-9]{1,19}') then make_timestamptz(cast(t as hugeint)::bigint // 1000)
end;

-- The wall-clock time of a text without a zone, as if it were UTC; NULL where it names none.
create or replace macro local_clock(t) as case
    when regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]{1,9})?')
        then try_strptime(
            substr(t, 1, 10) || 'T' || substr(t, 12, 8)
            || '.' || rpad(regexp_extract(t, '[.,]([0-9]{1,6})', 1), 6, '0') || '+0000',
            '%Y-%m-%dT%H:%M:%S.%f%z')
end;

-- The instant a number of seconds after another.
create or replace macro plus_seconds(t, s) as make_timestamptz(epoch_us(t) + cast(s as bigint) * 1000000);

-- ASCII letters in capitals; other letters stay, because engines fold them differently.
create or replace macro ascii_upper(t) as translate(t, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');

-- Two lists of words as one: each word once, in order; NULL is an empty list.
create or replace macro merged_words(a, b) as list_sort(list_distinct(list_concat(coalesce(a, cast([] as varchar[])), coalesce(b, cast([] as varchar[])))));

-- A sorted list of (place, factor, points, reason) as reasons without their places; NULL is an empty list.
create or replace macro reasons_of(l) as coalesce(list_transform(l, lambda one: {'factor': one.factor, 'points': one.points, 'reason': one.reason}), []);

-- A sorted list of (place, code, share) as shares without their places; NULL is an empty list.
create or replace macro shares_of(l) as coalesce(list_transform(l, lambda one: {'code': one.code, 'share': one.share}), []);

-- The named groups of a pattern in a text, in the order of the groups; all '' where the pattern does not match.
-- At most four groups in an unambiguous, anchored pattern are three times as fast as five.
create or replace macro pattern_fields(t, p, names) as regexp_extract(t, p, names);

-- The n-th part of a list of parts, from 1; NULL for part 0 and beyond the end.
create or replace macro part_of(parts, n) as case when n > 0 then list_extract(parts, n) end;

-- How many parts a list has.
create or replace macro parts_in(parts) as cast(len(parts) as bigint);

-- The instant that a time with a zone names in any of the forms of at_utc, told by its shape; ' UTC' and a blank
-- before the offset are read too, and seconds since 1970 with a fraction.
create or replace macro at_stated(t) as case
    when regexp_full_match(t, '[0-9]{9,11}') then at_utc(t, 'epoch_s')
    when regexp_full_match(t, '[0-9]{12,14}') then at_utc(t, 'epoch_ms')
    when regexp_full_match(t, '[0-9]{15,17}') then at_utc(t, 'epoch_us')
    when regexp_full_match(t, '[0-9]{18,19}') then at_utc(t, 'epoch_ns')
    when regexp_full_match(t, '[0-9]{9,11}[.][0-9]{1,9}')
        then at_utc(split_part(t, '.', 1) || rpad(substr(split_part(t, '.', 2), 1, 6), 6, '0'), 'epoch_us')
    when substr(t, 3, 1) = '/' then at_utc(t, 'clf')
    when right(t, 4) = ' UTC' then at_utc(substr(t, 1, length(t) - 4) || 'Z', 'iso')
    when regexp_full_match(t, '[^ ]+[T ][^ ]+ [-+][^ ]+') then at_utc(substr(t, 1, 18) || replace(substr(t, 19), ' ', ''), 'iso')
    else at_utc(t, 'iso')
end;

-- Is the text an IPv4 address in dotted form, without leading zeros?
create or replace macro is_v4(t) as regexp_full_match(t, '(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])[.]){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])');

-- The number that an IPv4 address in dotted form is.
create or replace macro v4_number(t) as cast(split_part(t, '.', 1) as bigint) * 16777216
    + cast(split_part(t, '.', 2) as bigint) * 65536
    + cast(split_part(t, '.', 3) as bigint) * 256
    + cast(split_part(t, '.', 4) as bigint);

-- The key (32 hexadecimal digits) of the IPv4 address that is this number, where RFC 4291 maps it into IPv6.
create or replace macro v4_key(n) as '00000000000000000000ffff' || right('00000000' || lower(hex(n)), 8);

-- The IPv4 address that is this number, in dotted form.
create or replace macro v4_text(n) as case when n is not null
    then concat_ws('.', n // 16777216, n // 65536 % 256, n // 256 % 256, n % 256) end;

-- An account as a log names it: '-' and nothing are no account.
create or replace macro named_account(t) as nullif(nullif(t, '-'), '');

-- A source port in decimal digits, perhaps with `.0` behind them (see `whole_number`); NULL for anything that no client
-- can have.
create or replace macro port_number(t) as case when t = '' then null when regexp_full_match(t, '[0-9]{1,5}(?:[.]0+)?')
    then case when cast(split_part(t, '.', 1) as bigint) between 1 and 65535 then cast(split_part(t, '.', 1) as bigint) end
end;

-- Is the text such an address, a colon and a port?
create or replace macro is_v4_with_port(t) as
    is_v4(split_part(t, ':', 1)) and regexp_full_match(t, '[0-9.]+:(?:[0-9]{1,4}|[1-5][0-9]{4})');

-- A count in decimal digits; NULL for anything else. Where one value of a column is missing, many exporters write all
-- others with `.0`: a status of `404.0` is a failure, and must not be read as none.
create or replace macro whole_number(t) as case when regexp_full_match(t, '[0-9]{1,18}(?:[.]0+)?')
    then cast(split_part(t, '.', 1) as bigint) end;

-- The words of a text in which each word follows a bar ('|a|b'); an empty list for an empty text.
create or replace macro words_of(t) as case when t = '' then cast([] as varchar[]) else string_split(substr(t, 2), '|') end;

-- A two-letter code in upper case; '' for anything else.
create or replace macro two_letters(t) as case when regexp_full_match(t, '[A-Za-z]{2}') then upper(t) else '' end;

-- The digits of a telephone number written internationally ('+64 21 …' or '0064 21 …'); '' for any other text.
create or replace macro phone_digits(t) as case
    when regexp_full_match(t, ' *([+]|00)[-0-9 ().]{4,40}')
        then regexp_replace(regexp_replace(t, '^ *([+]|00)', ''), '[^0-9]', '', 'g')
    else '' end;

-- What a clock that is so many seconds ahead of UTC shows at an instant, with its offset.
create or replace macro clock_text(t, s) as
    strftime(timezone('UTC', make_timestamptz(epoch_us(t) + cast(s as bigint) * 1000000)), '%Y-%m-%dT%H:%M:%S')
    || case when epoch_us(t) % 1000000 = 0 then '' else '.' || lpad(cast(epoch_us(t) % 1000000 as varchar), 6, '0') end
    || case when s < 0 then '-' else '+' end
    || lpad(cast(abs(s) // 3600 as varchar), 2, '0') || ':' || lpad(cast(abs(s) % 3600 // 60 as varchar), 2, '0');

-- What follows the first exclamation mark of a text; the whole text where there is none.
create or replace macro after_mark(t) as substr(t, strpos(t, '!') + 1);

-- A sorted list of (place, field, bits, sentence) as evidence without its places; NULL is an empty list.
create or replace macro evidence_of(l) as coalesce(list_transform(l, lambda one: {'field': one.field, 'bits': one.bits, 'sentence': one.sentence}), []);

-- A sorted list of (place, word, sentence) as statements without their places; NULL is an empty list.
create or replace macro said_of(l) as coalesce(list_transform(l, lambda one: {'word': one.word, 'sentence': one.sentence}), []);

-- A rough key of a mailbox: small letters, without the dots and the tag of its local part; '' for what is no mailbox.
create or replace macro rough_mailbox(t) as case when regexp_full_match(t, '[^@]+@[^@]+')
    then ascii_lower(replace(split_part(split_part(trim(t), '@', 1), '+', 1), '.', '') || '@' || split_part(trim(t), '@', 2))
    else '' end;

-- The last n digits of a text that has so many; '' for any other text.
create or replace macro last_digits(t, n) as case when length(regexp_replace(t, '[^0-9]', '', 'g')) >= n
    then right(regexp_replace(t, '[^0-9]', '', 'g'), n)
    else '' end;

-- Is every word of one text, in letters and figures alone and whatever its case, a word of another?
create or replace macro words_within(a, b) as list_has_all(
    string_split(trim(regexp_replace(ascii_lower(b), '[^\pL\pN]+', ' ', 'g')), ' '),
    string_split(trim(regexp_replace(ascii_lower(a), '[^\pL\pN]+', ' ', 'g')), ' '));
