package dev.cairn.spring.contexts;

import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.points.Points;
import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the configured points of a parent that owns Cairn, whose methods are those of
 * its child contexts.
 */
class ChildContextPointsTests {

	private ConfigurableApplicationContext context;

	private LogCapture log;

	@AfterEach
	void stop() {
		this.log.close();
		ConfigurableApplicationContext parent = (ConfigurableApplicationContext) this.context.getParent();
		this.context.close();
		if (parent != null) {
			parent.close();
		}
	}

	@Test
	void aPointThatMatchesABeanOfTheChildHasNoWarning() {
		run(parent().child(Child.class), "--cairn.points[order.paid].method=shop#pay");
		assertThat(this.log.warnings()).isEmpty();
		pay();
	}

	@Test
	void aPointThatMatchesABeanOfTheSecondChildHasNoWarning() {
		String point = "--cairn.points[order.paid].method=shop#pay";
		SpringApplicationBuilder first = parent().child(EmptyChild.class).web(WebApplicationType.NONE);
		run(first.sibling(new Class<?>[] { Child.class }, point), point);
		assertThat(this.log.warnings()).isEmpty();
		pay();
	}

	@Test
	void aPointThatMatchesNeitherHasOneWarningWithTheMethodsOfTheChild() {
		run(parent().child(Child.class), "--cairn.points[order.paid].method=shop#pai");
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("no bean has a method shop#pai (cairn.points.order.paid.method)", "shop#pay");
	}

	@Test
	void aPointThatMatchesNothingHasOneWarningInAContextWithoutChildren() {
		run(parent(), "--cairn.points[order.paid].method=shop#pay");
		assertThat(this.log.warnings()).singleElement().asString().contains("shop#pay");
	}

	@Test
	void aPointThatOnlyTheChildConfiguresApplies() {
		run(parent().child(Child.class).properties("cairn.points[order.paid].method=shop#pay"));
		assertThat(this.log.warnings()).isEmpty();
		assertThat(this.context.getBean(Points.class).report()).extracting(Points.Report::name)
			.containsExactly("order.paid");
		pay();
	}

	private void pay() {
		this.context.getBean(Shop.class).pay();
		assertThat(this.context.getBean(MemorySink.class).messages()).extracting(Message::type)
			.containsExactly("order.paid");
	}

	private SpringApplicationBuilder parent() {
		return new SpringApplicationBuilder(Parent.class).initializers((context) -> captureLog());
	}

	private void captureLog() {
		if (this.log == null) {
			this.log = new LogCapture(Points.class.getName());
		}
	}

	private void run(SpringApplicationBuilder application, String... properties) {
		this.context = application.web(WebApplicationType.NONE).run(properties);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Parent {

		@Bean
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 1000);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class EmptyChild {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Child {

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	static class Shop {

		void pay() {
		}

	}

}
