package dev.cairn.collector;

import org.junit.jupiter.api.BeforeAll;

import org.springframework.boot.WebApplicationType;

/**
 * The collector on Spring WebFlux.
 */
class ReactiveCollectorTests extends CollectorContract {

	@BeforeAll
	static void start() {
		start(WebApplicationType.REACTIVE);
	}

}
