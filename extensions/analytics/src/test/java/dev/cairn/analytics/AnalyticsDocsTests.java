package dev.cairn.analytics;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page about analytics to the code.
 */
class AnalyticsDocsTests {

	private static final Path PAGE = Path.of("..", "..", "src", "docs", "analytics.md");

	@Test
	void everyPropertyIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		List<String> properties = new ArrayList<>();
		for (RecordComponent each : AnalyticsProperties.class.getRecordComponents()) {
			String name = DataObjectPropertyName.toDashedForm(each.getName());
			if (!name.equals("funnels")) {
				properties.add("cairn.analytics." + (name.equals("promote") ? "promote.<field>" : name));
			}
		}
		for (RecordComponent each : AnalyticsProperties.FunnelProperties.class.getRecordComponents()) {
			properties.add("cairn.analytics.funnels.<name>." + each.getName());
		}
		assertThat(properties).hasSizeGreaterThan(10)
			.allSatisfy((property) -> assertThat(page).contains("| `" + property + "`"));
	}

	@Test
	void everyReportAndColumnIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		for (Report each : Report.values()) {
			assertThat(page).contains("| `" + each.wireName() + "`");
		}
		Column.FIXED.keySet().forEach((column) -> assertThat(page).contains("`" + column + "`"));
	}

	/** Spark runs the same statements. */
	@Test
	void theReportsUseNeitherFilesNorCastsOfDuckDb() {
		for (Report each : Report.values()) {
			assertThat(each.sql()).doesNotContain("read_parquet", "::", "EXCLUDE", "QUALIFY", "unnest");
		}
	}

	/** The columns of the statement are those that reports may use. */
	@Test
	void theArchiveHasTheFixedColumns() {
		String sql = Database.resource("archive.sql");
		Column.FIXED.keySet()
			.stream()
			.filter((column) -> !List.of("ts", "fields").contains(column))
			.forEach((column) -> assertThat(sql).contains("AS " + column));
	}

}
