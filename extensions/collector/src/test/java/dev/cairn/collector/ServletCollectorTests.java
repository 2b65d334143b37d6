package dev.cairn.collector;

import org.junit.jupiter.api.BeforeAll;

import org.springframework.boot.WebApplicationType;

/**
 * The collector on Spring MVC.
 */
class ServletCollectorTests extends CollectorContract {

	@BeforeAll
	static void start() {
		start(WebApplicationType.SERVLET);
	}

}
