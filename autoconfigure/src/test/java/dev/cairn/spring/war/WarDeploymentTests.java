package dev.cairn.spring.war;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.spring.core.JavaProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two applications in one Tomcat, each with a class loader of its own. The process clears
 * soft references at each collection of garbage.
 */
class WarDeploymentTests {

	@Test
	void eachApplicationHasItsOwnAndLeavesNothingBehind(@TempDir Path directory) throws Exception {
		List<String> lines = JavaProcess.run(List.of("-XX:SoftRefLRUPolicyMSPerMB=0", "-XX:+UseSerialGC",
				"--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED"),
				JavaProcess.CLASS_PATH, WarServer.class, directory.toString());
		assertThat(messages(lines, "one")).hasSize(7).allMatch((message) -> message.contains(" one "));
		assertThat(messages(lines, "two")).hasSize(7 + 14).allMatch((message) -> message.contains(" two "));
		assertThat(ids(lines, "one", "exception")).hasSize(2).isEqualTo(ids(lines, "one", "http.request"));
		assertThat(ids(lines, "two", "exception")).hasSize(2 + 4)
			.containsExactlyInAnyOrderElementsOf(ids(lines, "two", "http.request"));
		assertThat(lines).containsSubsequence("one ledger adds up", "two ledger adds up", "JMX 2", "two ledger adds up",
				"JMX 1", "Threads of one: []", "Kept false");
		assertThat(lines).as("Tomcat's search for leaks")
			.noneMatch((line) -> line.contains("memory leak") || line.contains("but has failed to stop it"));
	}

	private static List<String> messages(List<String> lines, String application) {
		return lines.stream().filter((line) -> line.startsWith(application + ": ")).toList();
	}

	private static List<String> ids(List<String> lines, String application, String type) {
		return messages(lines, application).stream()
			.filter((line) -> line.contains(" " + type + " ") && !line.endsWith("null"))
			.flatMap((line) -> Stream.of(line.substring(line.lastIndexOf(' '))))
			.toList();
	}

}
