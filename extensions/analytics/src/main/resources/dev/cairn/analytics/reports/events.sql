-- The events that occur most.
SELECT
	type,
	CAST(round(sum(weight)) AS BIGINT) AS events,
	count(DISTINCT person) AS people,
	count(DISTINCT session_id) AS visits
FROM activity
GROUP BY type
ORDER BY events DESC, type
LIMIT :limit
