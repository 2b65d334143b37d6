package dev.cairn.spring.core;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts that are started and closed in one process, such as those of tests. The
 * process clears soft references at each collection of garbage.
 */
class ClosedContextsTests {

	@Test
	void contextsThatAreClosedAreNotKept() throws Exception {
		List<String> lines = JavaProcess.run(List.of("-XX:SoftRefLRUPolicyMSPerMB=0", "-XX:+UseSerialGC"),
				JavaProcess.CLASS_PATH, ClosedContextsApplication.class);
		assertThat(lines).as("Logback keeps the latest").containsAnyOf("Kept 0 of 5", "Kept 1 of 5");
	}

}
