-- Makes rows of records. The configuration adds columns below the fields.
CREATE OR REPLACE TABLE rows AS
WITH parsed AS (
	SELECT position, record, CASE WHEN json_valid(record) THEN from_json(record, '{
		"id": "VARCHAR", "type": "VARCHAR", "timestamp": "VARCHAR", "service": "VARCHAR", "environment": "VARCHAR",
		"release": "VARCHAR", "logger": "VARCHAR", "severity": "INTEGER", "category": "VARCHAR", "payload": "VARCHAR",
		"hostname": "VARCHAR", "pid": "BIGINT", "trace_id": "VARCHAR", "span_id": "VARCHAR",
		"fields": "MAP(VARCHAR, VARCHAR)"}') END AS message
	FROM records),
messages AS (
	SELECT position, record, message, message.fields AS fields, try_cast(message."timestamp" AS TIMESTAMPTZ) AS ts,
		CASE WHEN message.fields['exception'] IS NOT NULL THEN from_json(message.fields['exception'],
			'{"type": "VARCHAR", "class": "VARCHAR", "method": "VARCHAR"}') END AS failure
	FROM parsed)
SELECT
	position,
	record,
	CASE
		WHEN message IS NULL THEN 'is no JSON'
		WHEN coalesce(message.id, '') = '' THEN 'has no id'
		WHEN coalesce(message.type, '') = '' THEN 'has no type'
		WHEN message."timestamp" IS NULL THEN 'has no timestamp'
		WHEN ts IS NULL OR NOT isfinite(ts) OR year(ts) NOT BETWEEN 1970 AND 9999 THEN 'has a timestamp that is no time'
		WHEN fields IS NULL AND json_type(record, '$.fields') <> 'NULL'
			THEN 'has fields that are no object, or a name twice in them'
	END AS reason,
	message.id AS id,
	message.type AS type,
	ts,
	message.service AS service,
	message.environment AS environment,
	message.release AS release,
	message.logger AS logger,
	message.severity AS severity,
	message.category AS category,
	message.payload AS payload,
	message.hostname AS hostname,
	message.pid AS pid,
	message.trace_id AS trace_id,
	message.span_id AS span_id,
	fields['visitor'] AS visitor,
	fields['user_id'] AS user_id,
	fields['visit_id'] AS session_id,
	fields['route'] AS route,
	fields['method'] AS method,
	try_cast(fields['status'] AS INTEGER) AS status,
	try_cast(fields['duration_ms'] AS DOUBLE) AS duration_ms,
	fields['content_type'] AS content_type,
	fields['browser'] AS browser,
	fields['os'] AS os,
	fields['device_class'] AS device_class,
	coalesce(fields['device_class'] = 'robot', FALSE) AS robot,
	fields['country'] AS country,
	fields['operator'] AS operator,
	fields['referrer'] AS referrer,
	CASE WHEN failure.class IS NOT NULL THEN concat(failure.type, ' at ', failure.class, '.', failure.method)
		ELSE failure.type END AS error,
	CASE WHEN try_cast(fields['rate'] AS DOUBLE) > 0 AND try_cast(fields['rate'] AS DOUBLE) < 1
		THEN 1 / try_cast(fields['rate'] AS DOUBLE) ELSE 1.0::DOUBLE END
		* CASE WHEN message.type = 'exception' THEN greatest(coalesce(try_cast(fields['count'] AS BIGINT), 1), 1)
			ELSE 1 END AS weight,
	fields${promoted},
	CASE WHEN isfinite(ts) THEN CAST(ts AS DATE) END AS day
FROM messages
