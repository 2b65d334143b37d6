-- Each type of event with its fields. Of a type with many events, about one in 256 is read for the fields: ids end with
-- random digits.
WITH types AS (
	SELECT
		type,
		count(*) AS stored,
		CAST(round(sum(weight)) AS BIGINT) AS events,
		count(DISTINCT service) AS services,
		min(ts) AS first_seen,
		max(ts) AS last_seen
	FROM events
	GROUP BY type),
read AS (
	SELECT e.type, e.id, e.fields
	FROM events e
	JOIN types t ON t.type = e.type
	WHERE t.stored <= 10000 OR substr(e.id, 34, 3) < '010'),
numbers AS (
	SELECT type, count(*) AS messages FROM read GROUP BY type),
names AS (
	SELECT type, fields, explode(map_keys(fields)) AS field FROM read),
found AS (
	SELECT type, field, count(*) AS messages, min(substr(fields[field], 1, 100)) AS lowest,
		max(substr(fields[field], 1, 100)) AS highest
	FROM names
	GROUP BY type, field)
SELECT
	t.type,
	t.events,
	t.services,
	t.first_seen,
	t.last_seen,
	f.field,
	CAST(f.messages AS DOUBLE) / n.messages AS share,
	f.lowest,
	f.highest
FROM types t
LEFT JOIN numbers n ON n.type = t.type
LEFT JOIN found f ON f.type = t.type
ORDER BY t.type, f.field
LIMIT :limit
