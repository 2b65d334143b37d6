package dev.cairn.matrix;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;

import dev.cairn.CairnLogger;
import dev.cairn.matrix.app.LoggingApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnLogger} with Log4j2 and its own binding to SLF4J, in a process
 * without Logback.
 */
class Log4jTests {

	@Test
	void allValuesAreTextsAndTheCallerIsThatOfTheLogger(@TempDir Path directory) throws Exception {
		String classPath = Library.classPathWithCairn(EnumSet.of(Library.LOG4J));
		try (Application application = Application.start(directory, classPath, Map.of(),
				LoggingApplication.class.getName())) {
			assertThat(application.awaitExit()).as(application::log).isZero();
			String caller = " in " + LoggingApplication.class.getName() + "#main";
			assertThat(application.log().lines()).filteredOn((line) -> line.startsWith("entry: "))
				.containsExactly(
						"entry: INFO shop.Orders order.placed happy=String:true total=String:19.5 user=String:ann"
								+ caller,
						"entry: ERROR shop.Orders order.failed total=String:7" + caller + " with "
								+ new IllegalStateException("no stock"));
		}
	}

}
