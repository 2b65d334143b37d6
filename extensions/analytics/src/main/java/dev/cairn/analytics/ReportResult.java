package dev.cairn.analytics;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a report.
 *
 * @param report the name of the report
 * @param columns the names of the columns
 * @param rows the rows
 * @param notMeasurable the reason why the data cannot answer the report
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReportResult(String report, List<String> columns, List<List<@Nullable Object>> rows,
		@Nullable String notMeasurable) {
}
