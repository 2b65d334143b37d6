package dev.cairn.spring.live;

import dev.cairn.Cairn;
import dev.cairn.spring.test.Contexts;
import org.apache.datasketches.hll.Union;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LiveAutoConfiguration}.
 */
class LiveAutoConfigurationTests {

	private final ApplicationContextRunner exposed = Contexts.plain()
		.withPropertyValues("management.endpoints.web.exposure.include=cairnevents");

	@Test
	void countsWhereTheEndpointIsExposed() {
		this.exposed.run((context) -> {
			context.getBean(Cairn.class).event("order.placed").field("visitor", "v").publish();
			CairnEventsEndpoint.CountsDescriptor total = context.getBean(CairnEventsEndpoint.class)
				.cairnevents(null, null)
				.per()
				.get("hour")
				.total();
			assertThat(total.events()).isEqualTo(1);
			assertThat(total.visitors()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.live.enabled=false", "cairn.enabled=false",
			"management.endpoint.cairnevents.access=NONE", "management.endpoints.web.exposure.include=health" })
	void isSwitchedOffBy(String property) {
		this.exposed.withPropertyValues(property)
			.run((context) -> assertThat(context).doesNotHaveBean(LiveEvents.class)
				.doesNotHaveBean(CairnEventsEndpoint.class));
	}

	@Test
	void describesWhyVisitorsAreNotCounted() {
		this.exposed.withClassLoader(new FilteredClassLoader(Union.class)).run((context) -> {
			context.getBean(Cairn.class).event("order.placed").field("visitor", "v").publish();
			CairnEventsEndpoint.EventsDescriptor events = context.getBean(CairnEventsEndpoint.class)
				.cairnevents(null, null);
			assertThat(events.note()).contains("org.apache.datasketches:datasketches-java");
			assertThat(events.per().get("day").total().visitors()).isNull();
			assertThat(events.per().get("day").total().events()).isEqualTo(1);
		});
	}

	@Test
	void backsOffForTheApplicationsOwnCount() {
		this.exposed.withBean(VisitorCounter.Factory.class, () -> () -> VisitorCounter.NONE)
			.run((context) -> assertThat(context).hasSingleBean(VisitorCounter.Factory.class)
				.hasSingleBean(LiveEvents.class));
	}

	@ParameterizedTest
	@CsvSource({ "cairn.live.conversion-visitors=0, cairn.live.conversion-visitors",
			"'cairn.live.pages=,', cairn.live.pages[0]",
			"cairn.live.conversions.checkout.steps=one, cairn.live.conversions.checkout.steps",
			"'cairn.live.conversions.checkout.steps=one,b c', cairn.live.conversions.checkout.steps[1]",
			"cairn.live.conversions.checkout.within=0, cairn.live.conversions.checkout.within" })
	void refusesAValueThatMakesNoSense(String setting, String property) {
		this.exposed.withPropertyValues(setting)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("Property " + property + " with value"));
	}

}
