package dev.cairn.spring.extending;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.cairn.Message;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFields;
import dev.cairn.MessageFilter;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.Sink;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.live.VisitorCounter;
import dev.cairn.spring.logging.LogProcessor;
import dev.cairn.spring.notify.Notifier;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * The examples of the page about extensions. {@link ExtendingTests} runs them.
 */
final class DocumentedExtensions {

	private DocumentedExtensions() {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class CollectorConfiguration {

		@Bean
		Sink collector(@Value("${collector.url}") String url, Accounts ledger, DeliveryOptions options,
				Redactor redactor) {
			JdkClientHttpRequestFactory http = new JdkClientHttpRequestFactory();
			http.setReadTimeout(Duration.ofSeconds(10));
			RestClient client = RestClient.builder().baseUrl(url).requestFactory(http).build();
			MessageEncoder encoder = MessageEncoder.cairn(redactor);
			return new AsyncSink(ledger.channel("collector"), (batch) -> {
				ByteArrayOutputStream lines = new ByteArrayOutputStream();
				for (Delivery delivery : batch) {
					byte[] line = delivery.encode(encoder, 256 * 1024);
					if (line != null) {
						lines.write(line);
						lines.write('\n');
					}
				}
				client.post().body(lines.toByteArray()).retrieve().toBodilessEntity();
			}, options);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ParcelEncoder.class)
	static class EncoderConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ProcessorConfiguration {

		@Bean
		MessageEnricher zone(@Value("${zone}") String zone) {
			return (message) -> message.field("zone", zone);
		}

		@Bean
		MessageFilter withoutHealthChecks() {
			return (message) -> !"/health".equals(MessageFields.route(message));
		}

		@Bean
		LogProcessor withoutNoise() {
			return (entry) -> entry.logger().startsWith("com.acme.noisy.") ? null : entry.with("zone", "eu-1");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ChatConfiguration {

		@Bean
		Sink chat(@Value("${chat.url}") String url, Accounts ledger, DeliveryOptions options) {
			RestClient chat = RestClient.create(url);
			return new AsyncSink(ledger.channel("chat"), new Destination() {
				@Override
				public @Nullable Object context(Message message) {
					return message.type().equals(Message.TYPE_EXCEPTION) ? null : Sink.REFUSED;
				}

				@Override
				public void submit(List<Delivery> batch) {
					String ids = batch.stream()
						.map((delivery) -> MessageFields.errorId(delivery.message()))
						.collect(Collectors.joining(", "));
					chat.post().body(Map.of("text", "Failures: " + ids)).retrieve().toBodilessEntity();
				}
			}, options);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class PagerConfiguration {

		@Bean
		Notifier pager(PagerClient pager) {
			return (notification) -> pager.page(notification.subject(), notification.text());
		}

	}

	/** The client of the application in the example. */
	interface PagerClient {

		void page(String subject, String text);

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class VisitorConfiguration {

		@Bean
		VisitorCounter.Factory exactVisitors() {
			return ExactVisitorCounter::new;
		}

	}

}
