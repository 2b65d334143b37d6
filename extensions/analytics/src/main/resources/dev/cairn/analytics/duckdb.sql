-- The functions of Spark that the reports use.
CREATE TEMP MACRO explode(list) AS unnest(list);
CREATE TEMP MACRO sequence(low, high) AS generate_series(low, high);
CREATE TEMP MACRO unix_date(date) AS CAST(date - DATE '1970-01-01' AS INTEGER);
CREATE TEMP MACRO unix_micros(instant) AS epoch_us(instant);
