package dev.cairn.spring.core;

import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.TransactionScope;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.shop.Shop;
import dev.cairn.spring.context.ContextAutoConfiguration;
import dev.cairn.spring.test.Contexts;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.TransactionSynchronization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EventsAutoConfiguration} and {@link ContextAutoConfiguration}.
 */
class EventsAutoConfigurationTests {

	private final ApplicationContextRunner runner = Contexts.plain()
		.withUserConfiguration(Application.class)
		.withPropertyValues("cairn.file.enabled=false");

	@Test
	void readsPresets() {
		this.runner
			.withPropertyValues("cairn.presets.checkout.fields.team=checkout", "cairn.presets.checkout.fields.size=3",
					"cairn.presets.checkout.category=behaviour", "cairn.presets.checkout.severity=notice",
					"cairn.presets.checkout.logger=till", "cairn.presets.eu.fields.region=eu",
					"cairn.presets.never.rate=0")
			.run((context) -> {
				Cairn cairn = context.getBean(Cairn.class);
				cairn.event("order.placed").preset("checkout", "eu").field("size", 4).publish();
				assertThat(cairn.event("order.placed").preset("never").publish()).isNull();
				assertThat(messages(context)).singleElement().satisfies((message) -> {
					assertThat(message.fields()).isEqualTo(Map.of("team", "checkout", "region", "eu", "size", 4));
					assertThat(message.category()).isEqualTo(Category.BEHAVIOUR);
					assertThat(message.severity()).isEqualTo(Severity.NOTICE);
					assertThat(message.logger()).isEqualTo("till");
				});
			});
	}

	@Test
	void aCustomizerChangesAPreset() {
		this.runner.withPropertyValues("cairn.presets.checkout.fields.team=checkout")
			.withBean(CairnBuilderCustomizer.class,
					() -> (builder) -> builder.preset("checkout",
							new Preset(Map.of("team", "other"), null, null, null, null)))
			.run((context) -> {
				context.getBean(Cairn.class).event("order.placed").preset("checkout").publish();
				assertThat(messages(context).get(0).fields()).containsEntry("team", "other");
			});
	}

	@Test
	void addsCallSitesWhereThatIsConfigured() {
		this.runner
			.withPropertyValues("cairn.events.call-site=true", "cairn.incidents.application-packages=dev.cairn.shop")
			.run((context) -> {
				context.getBean(Shop.class).order("a");
				assertThat(messages(context).get(0).fields().get("call_site").toString())
					.contains(Shop.class.getName(), "order")
					.doesNotContain("CGLIB");
			});
	}

	@Test
	void sendsAfterTheCommit() {
		this.runner.run((context) -> {
			Shop shop = context.getBean(Shop.class);
			shop.order("a");
			assertThat(shop.seenMeanwhile()).containsExactly(0);
			assertThat(messages(context)).hasSize(1);
			assertThatIllegalStateException().isThrownBy(() -> shop.order("none"));
			assertThat(messages(context)).hasSize(1);
			assertThat(context.getBean(Ledger.class).balances().get("memory").droppedTotal()).isEqualTo(1);
		});
	}

	@Test
	void sendsAtOnceWhereThatIsConfigured() {
		this.runner.withPropertyValues("cairn.events.transactions=immediately").run((context) -> {
			Shop shop = context.getBean(Shop.class);
			shop.order("a");
			assertThat(shop.seenMeanwhile()).containsExactly(1);
		});
	}

	@Test
	void holdsAsManyAsConfigured() {
		this.runner.withPropertyValues("cairn.events.max-held=1").run((context) -> {
			context.getBean(Shop.class).orderTwice();
			assertThat(messages(context)).hasSize(1);
		});
	}

	@Test
	void backsOffFromTheTransactionScopeOfTheApplication() {
		this.runner.withBean(TransactionScope.class, () -> () -> null).run((context) -> {
			assertThat(context).doesNotHaveBean("cairnTransactionScope");
			context.getBean(Shop.class).order("a");
			assertThat(context.getBean(Shop.class).seenMeanwhile()).containsExactly(1);
		});
	}

	@Test
	void standsBackWithoutTransactions() {
		Contexts.plain()
			.withClassLoader(new FilteredClassLoader(TransactionSynchronization.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Cairn.class)
				.doesNotHaveBean(TransactionScope.class));
	}

	private static List<Message> messages(ApplicationContext context) {
		return context.getBean(MemorySink.class).messages();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class Application {

		@Bean(destroyMethod = "")
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 100);
		}

		@Bean
		DataSourceTransactionManager transactionManager() {
			return new DataSourceTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:events", "sa", ""));
		}

		@Bean
		Shop shop(Cairn cairn, MemorySink sink) {
			return new Shop(cairn, sink);
		}

	}

}
