package dev.cairn.integration;

import java.net.URL;
import java.util.Map;
import java.util.Objects;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import dev.cairn.context.UnitOfWork;
import dev.cairn.testing.Ports;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.qpid.server.SystemLauncher;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * RabbitMQ's protocol, with a real broker.
 */
@DisabledForJreRange(min = JRE.JAVA_24, disabledReason = "Qpid needs Subject.getSubject")
class RabbitTests extends ListenerContract {

	private final int port = Ports.free();

	private final SystemLauncher broker = new SystemLauncher();

	@Override
	void startBroker() throws Exception {
		URL configuration = Objects.requireNonNull(RabbitTests.class.getResource("/qpid.json"));
		this.broker.startup(Map.of("type", "Memory", "initialConfigurationLocation", configuration.toString(),
				"startupLoggedToSystemOut", "false", "context",
				"{\"cairn.amqp_port\": \"" + this.port + "\", \"qpid.work_dir\": \"target/qpid\"}"));
	}

	@Override
	void stopBroker() {
		this.broker.shutdown();
	}

	@Override
	String instrument() {
		return "rabbit";
	}

	@Override
	Service start(String... properties) {
		return Service.start(Application.class, with(properties, "spring.rabbitmq.host=127.0.0.1",
				"spring.rabbitmq.port=" + this.port, "spring.rabbitmq.virtual-host=shop"));
	}

	@Test
	void aFailureThatAHandlerOfTheApplicationRejectsIsAnIncident() throws Exception {
		try (Service other = start("queue=rejected", "error-handler=true")) {
			other.get("/send?customer=&text=fails");
			Awaitility.await().until(() -> !other.messages("exception").isEmpty());
			MutableSpan consumer = other.spans().only(Kind.CONSUMER);
			assertThat(other.messages("exception")).singleElement().satisfies((incident) -> {
				assertThat(incident.trace().spanId()).isEqualTo(consumer.id());
				assertThat(consumer.tag("error.id")).isEqualTo(incident.fields().get("error_id"));
			});
		}
	}

	@Test
	void aFailureIsAnIncidentWithoutAnObservation() throws Exception {
		try (Service other = start("queue=dark", "spring.rabbitmq.template.observation-enabled=false",
				"spring.rabbitmq.listener.simple.observation-enabled=false")) {
			other.get("/send?customer=&text=fails");
			Awaitility.await().until(() -> !other.messages("exception").isEmpty());
			assertThat(inbox(other).units).first().isNull();
		}
	}

	@Test
	void aMessageIsAUnitOfWorkByDefault() throws Exception {
		try (Service other = start("queue=defaults")) {
			other.get("/send?customer=&text=order");
			MutableSpan consumer = other.spans().only(Kind.CONSUMER);
			assertThat(consumer.parentId()).isEqualTo(other.spans().only(Kind.PRODUCER).id());
			assertThat(onlyEvent(other).trace().traceId()).isEqualTo(consumer.traceId());
			assertThat(inbox(other).units).singleElement().satisfies((unit) -> {
				assertThat(unit.id()).isEqualTo(consumer.traceId());
				assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS);
			});
			MeterRegistry meters = other.bean(MeterRegistry.class);
			assertThat(meters.find("spring.rabbit.listener").timer()).isNotNull();
			assertThat(meters.find("spring.rabbitmq.listener").timer()).isNull();
		}
	}

	@Test
	void withoutATracerAMessageIsAUnitOfWorkByDefault() throws Exception {
		try (Service other = start("queue=plain", Service.WITHOUT_TRACER)) {
			String id = other.get("/send?customer=&text=order").headers().firstValue("X-Trace-Id").orElseThrow();
			assertThat(onlyEvent(other).trace().traceId()).isEqualTo(id);
			assertThat(inbox(other).units).singleElement()
				.satisfies((unit) -> assertThat(unit.kind()).isEqualTo(UnitOfWork.Kind.RECORD));
		}
	}

	@Test
	void aMessageIsNotObservedIfTheApplicationSaysSo() throws Exception {
		try (Service other = start("queue=unobserved", "spring.rabbitmq.template.observation-enabled=false",
				"spring.rabbitmq.listener.simple.observation-enabled=false")) {
			other.get("/send?customer=&text=order");
			Awaitility.await().until(() -> !inbox(other).lines.isEmpty());
			assertThat(inbox(other).units).containsOnlyNulls();
			assertThat(other.bean(MeterRegistry.class).find("spring.rabbit.template").timer()).isNull();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Sender.class, Inbox.class, Excluded.class, Orders.class })
	static class Application {

		@Bean
		Queue orders(@Value("${queue}") String name) {
			return new Queue(name);
		}

		@Bean
		@ConditionalOnBooleanProperty("error-handler")
		ContainerCustomizer<SimpleMessageListenerContainer> errorHandler() {
			return (container) -> container.setErrorHandler((thrown) -> {
				throw new AmqpRejectAndDontRequeueException("rejected", thrown);
			});
		}

		@Bean
		Outbox outbox(RabbitTemplate template, @Value("${queue}") String queue) {
			return (text) -> template.convertAndSend(queue, text);
		}

	}

	static class Orders {

		private final Inbox inbox;

		Orders(Inbox inbox) {
			this.inbox = inbox;
		}

		@RabbitListener(queues = "${queue}")
		void receive(String text) {
			this.inbox.receive(text);
		}

	}

}
