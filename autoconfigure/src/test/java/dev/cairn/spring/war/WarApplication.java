package dev.cairn.spring.war;

import java.util.List;
import java.util.stream.Collectors;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * One of the applications in {@link WarServer}, with a class loader of its own.
 */
public class WarApplication extends SpringBootServletInitializer {

	private String name = "";

	@Override
	public void onStartup(ServletContext context) throws ServletException {
		this.name = context.getContextPath().substring(1);
		super.onStartup(context);
	}

	@Override
	protected SpringApplicationBuilder configure(SpringApplicationBuilder application) {
		return application.sources(Shop.class)
			.properties("spring.application.name=" + this.name, "spring.main.banner-mode=off",
					"logging.level.root=warn", "cairn.incidents.interval=0", "spring.jmx.enabled=true",
					"spring.jmx.unique-names=true", "management.endpoints.jmx.exposure.include=cairn",
					"cairn.file.directory=" + System.getProperty("war.directory"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Pages.class)
	static class Shop {

		@Bean(destroyMethod = "")
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 1000);
		}

	}

	@RestController
	static class Pages {

		private final MemorySink sink;

		private final Cairn cairn;

		private final Ledger ledger;

		Pages(MemorySink sink, Cairn cairn, Ledger ledger) {
			this.sink = sink;
			this.cairn = cairn;
			this.ledger = ledger;
		}

		@GetMapping("/order")
		String order() {
			this.cairn.bind("order", 7);
			this.cairn.event("order.placed").publish();
			return String.valueOf(Cairn.get().event("order.seen").publish() != null);
		}

		@GetMapping("/log")
		String log() {
			LoggerFactory.getLogger("shop").error("it failed", new IllegalStateException("logged"));
			return "";
		}

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("fails");
		}

		/** Describes the messages of the other paths so far. */
		@GetMapping("/messages")
		String messages() {
			return this.sink.messages()
				.stream()
				.filter((message) -> !List.of("/messages", "/ledger")
					.contains(String.valueOf(message.fields().get("route"))))
				.map((message) -> message.type() + " " + message.origin().service() + " "
						+ message.fields().get("error_id"))
				.sorted()
				.collect(Collectors.joining("\n"));
		}

		@GetMapping("/ledger")
		String ledger() {
			return this.ledger.balances()
				.values()
				.stream()
				.map((channel) -> channel.offered() - channel.sampledOut() - channel.filtered() - channel.delivered()
						- channel.held() - channel.droppedTotal())
				.allMatch((difference) -> difference == 0) ? "adds up" : this.ledger.balances().toString();
		}

	}

}
