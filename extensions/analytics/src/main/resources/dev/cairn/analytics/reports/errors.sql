-- Failures by release and kind: the type of the exception, and the method that failed.
SELECT
	service,
	coalesce(release, 'unknown') AS version,
	coalesce(error, 'unknown') AS failure,
	CAST(round(sum(weight)) AS BIGINT) AS failures,
	count(DISTINCT person) AS people,
	min(ts) AS first_seen,
	max(ts) AS last_seen
FROM activity
WHERE type = 'exception'
GROUP BY service, release, error
ORDER BY failures DESC, service, version, failure
LIMIT :limit
