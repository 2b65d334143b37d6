package dev.cairn.spring.web.error;

import dev.cairn.spring.test.TestServers;

/**
 * Failures that Boot's own error body answers, with Jetty.
 */
class JettyErrorTests extends BootErrorTests {

	@Override
	String[] properties() {
		return new String[] { TestServers.JETTY };
	}

}
