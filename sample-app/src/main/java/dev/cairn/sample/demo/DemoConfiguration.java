package dev.cairn.sample.demo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatusCode;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.client.RestClient;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
@Profile("demo")
class DemoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(DemoConfiguration.class);

	/**
	 * Lazy, because the port is only available when the server is listening. A response
	 * with an error status is not an exception.
	 */
	@Bean
	@Lazy
	RestClient shop(RestClient.Builder builder, @Value("${local.server.port}") int port) {
		return builder.baseUrl("http://127.0.0.1:" + port)
			.defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {
			})
			.build();
	}

	@Bean
	DemoTraffic demoTraffic(@Lazy RestClient shop) {
		return new DemoTraffic(shop);
	}

	@Bean
	DemoReport demoReport(@Lazy RestClient shop) {
		return new DemoReport(shop);
	}

	@Bean
	ApplicationRunner demoGreeting(Environment environment) {
		return (args) -> {
			String shop = "http://localhost:" + environment.getProperty("local.server.port");
			logger.info("Demo traffic is starting. Open {}/actuator/cairn, {}/actuator/metrics/shop.order.place,"
					+ " {}/actuator/health or {}/products. Press Ctrl-C to stop", shop, shop, shop, shop);
		};
	}

}
