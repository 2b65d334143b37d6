package dev.cairn.sample.demo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.client.RestClient;

/**
 * Logs the response of {@code /actuator/cairn} every few seconds.
 */
class DemoReport {

	private static final Logger logger = LoggerFactory.getLogger(DemoReport.class);

	private final RestClient shop;

	DemoReport(RestClient shop) {
		this.shop = shop;
	}

	@Scheduled(initialDelay = 3000, fixedDelay = 5000)
	void report() {
		ResponseEntity<Account> account = this.shop.get().uri("/actuator/cairn").retrieve().toEntity(Account.class);
		if (account.getStatusCode().is2xxSuccessful()) {
			logger.info("cairn: {}", account.getBody());
		}
	}

	record Account(Map<String, Channel> channels, List<Recent> recent) {

		@Override
		public String toString() {
			String channels = this.channels.entrySet()
				.stream()
				.map((channel) -> channel.getKey() + " " + channel.getValue())
				.collect(Collectors.joining(", "));
			return channels + " | recent: " + counts();
		}

		private String counts() {
			Map<String, Long> byType = this.recent.stream()
				.collect(Collectors.groupingBy(Recent::type, TreeMap::new, Collectors.counting()));
			return byType.entrySet()
				.stream()
				.map((type) -> type.getKey() + " x" + type.getValue())
				.collect(Collectors.joining(", "));
		}

	}

	record Channel(long delivered, long held, Map<String, Long> dropped) {

		@Override
		public String toString() {
			long lost = this.dropped.values().stream().mapToLong(Long::longValue).sum();
			return "delivered=" + this.delivered + " held=" + this.held + " dropped=" + lost;
		}

	}

	record Recent(String type) {
	}

}
