-- The people who did :start, and those of them who did :goal afterwards, within a time, by what is first seen of them.
WITH seen AS (
	SELECT
		person,
		ts,
		CASE :by
			WHEN 'browser' THEN browser
			WHEN 'os' THEN os
			WHEN 'device_class' THEN device_class
			WHEN 'country' THEN country
			WHEN 'operator' THEN operator
			WHEN 'referrer' THEN referrer
			WHEN 'release' THEN release
			WHEN 'service' THEN service
		END AS segment
	FROM activity
	WHERE person IS NOT NULL),
moments AS (
	SELECT person, ts, min(segment) AS segment
	FROM seen
	WHERE segment IS NOT NULL
	GROUP BY person, ts),
segments AS (
	SELECT person, min_by(segment, ts) AS segment FROM moments GROUP BY person),
steps AS (
	SELECT person, type, unix_micros(ts) AS moment, id FROM activity WHERE person IS NOT NULL AND type IN (:start, :goal)),
starts AS (
	SELECT
		person,
		type,
		moment,
		max(CASE WHEN type = :start THEN moment END) OVER (
			PARTITION BY person ORDER BY moment, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS started
	FROM steps),
people AS (
	SELECT
		person,
		max(CASE WHEN type = :start THEN 1 ELSE 0 END) AS began,
		max(CASE WHEN type = :goal AND moment - started <= :within THEN 1 ELSE 0 END) AS converted
	FROM starts
	GROUP BY person)
SELECT
	coalesce(s.segment, 'unknown') AS segment,
	count(*) AS people,
	CAST(sum(p.converted) AS BIGINT) AS converted,
	CAST(sum(p.converted) AS DOUBLE) / count(*) AS rate
FROM people p
LEFT JOIN segments s ON s.person = p.person
WHERE p.began = 1
GROUP BY coalesce(s.segment, 'unknown')
ORDER BY people DESC, segment
LIMIT :limit
