package dev.cairn.console;

import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import io.micrometer.observation.ObservationRegistry;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with a database.
 */
@Configuration(proxyBeanMethods = false)
@EnableAsync
@EnableAutoConfiguration
class Shop {

	private static final Logger logger = LoggerFactory.getLogger(Shop.class);

	@Bean(destroyMethod = "")
	MemorySink memorySink(Accounts ledger) {
		return new MemorySink(ledger.channel("memory"), 10_000);
	}

	/** Observed without a tracer. */
	@Bean
	JdbcTemplate jdbcTemplate(ObservationRegistry observations) {
		DataSourceObservationListener listener = new DataSourceObservationListener(observations);
		return new JdbcTemplate(
				ProxyDataSourceBuilder.create(new DriverManagerDataSource("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1"))
					.listener(listener)
					.methodListener(listener)
					.build());
	}

	@Bean
	Mail mail(Cairn cairn, JdbcTemplate jdbc) {
		return new Mail(cairn, jdbc);
	}

	/** Work that is done after the request. */
	static class Mail {

		/** The order whose mail cannot be sent. */
		static final int UNKNOWN = 404;

		private final Cairn cairn;

		private final JdbcTemplate jdbc;

		Mail(Cairn cairn, JdbcTemplate jdbc) {
			this.cairn = cairn;
			this.jdbc = jdbc;
		}

		@Async
		void send(int id) {
			this.cairn.bind("mail", id);
			logger.info("Sending the mail of order {}", id);
			this.jdbc.queryForList("select 'mail' where 1 = ?", 1);
			if (id == UNKNOWN) {
				throw new IllegalStateException("no address");
			}
		}

	}

	@RestController
	record Orders(Cairn cairn, JdbcTemplate jdbc, Mail mail) {

		@GetMapping("/mail/{id}")
		void mail(@PathVariable("id") int id) {
			this.mail.send(id);
		}

		@GetMapping("/orders/{id}")
		Map<String, Object> order(@PathVariable("id") int id) {
			this.cairn.bind("order", id);
			logger.info("Reading order {}", id);
			for (int i = 0; i < 6; i++) {
				this.jdbc.queryForList("select 1 where 1 = ?", 1);
			}
			this.cairn.event("order.viewed").field("order_id", id).field("password", "hunter2").publish();
			return Map.of("id", id);
		}

		@GetMapping("/fail/{reason}")
		String fail(@PathVariable("reason") String reason) {
			logger.warn("About to fail");
			throw new IllegalStateException("cannot serve " + reason);
		}

		/** All that a caller sends, everywhere. */
		@PostMapping("/echo")
		String echo(@RequestBody String text) {
			this.cairn.bind("text", text);
			logger.info("Received {}", text);
			this.cairn.event("text.received").field("text", text).publish();
			throw new IllegalArgumentException(text);
		}

	}

}
