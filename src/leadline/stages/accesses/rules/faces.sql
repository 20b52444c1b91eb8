-- Between which faces of the clock lie the times without a zone?
select min(s.clock) as first_face, max(s.clock) as last_face
from said as s
