package dev.cairn.integration;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Cairn;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ErrorMessage;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures that arrive at the error channel of Spring Integration.
 */
@ParameterizedClass
@ValueSource(strings = { "management.tracing.sampling.probability=1", Service.WITHOUT_TRACER })
class IntegrationFlowTests {

	private static Service service;

	@Parameter
	private String tracing;

	@BeforeParameterizedClassInvocation
	static void start(String tracing) {
		service = Service.startWithoutWeb(Application.class, tracing, "cairn.incidents.interval=0",
				"spring.integration.management.observation-patterns=observed*");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		service.close();
	}

	@BeforeEach
	void forget() {
		service.forget();
		recorder().forget();
	}

	@Test
	void aFailureOfAPollerIsOneIncident() {
		service.bean(Orders.class).next.set(true);
		Message incident = onlyIncident();
		assertThat(incident.thrown()).isExactlyInstanceOf(IllegalStateException.class).hasMessage("no order polled");
		assertThat(incident.fields()).containsEntry("handled", false);
		assertThat(recorder().errorIds()).containsExactly(incident.fields().get("error_id"));
		UnitOfWork unit = onlyUnit("errorChannel");
		assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.FAILURE);
		assertThat(incident.trace()).isEqualTo(unit.trace());
		if (this.tracing.equals(Service.WITHOUT_TRACER)) {
			assertThat(unit.trace()).isNotNull();
		}
	}

	@Test
	void aFailureOfAnObservedFlowHasItsTrace() {
		service.bean("observedInput", MessageChannel.class).send(new GenericMessage<>("observed"));
		Message incident = onlyIncident();
		Message event = service.messages("order.handled").get(0);
		assertThat(incident.trace().traceId()).isEqualTo(event.trace().traceId());
		assertThat(recorder().errorIds()).containsExactly(incident.fields().get("error_id"));
	}

	@Test
	void aFailureOfAnExecutorHasTheTraceOfTheSender() {
		UnitOfWork sender = service.bean(Signals.class).start(UnitOfWork.Kind.TASK, "sender");
		try (UnitOfWork.Scope scope = sender.open()) {
			service.bean("plain.input", MessageChannel.class).send(new GenericMessage<>("plain"));
			Message incident = onlyIncident();
			assertThat(incident.trace()).isEqualTo(sender.trace());
			assertThat(recorder().errorIds()).containsExactly(incident.fields().get("error_id"));
		}
		sender.end(UnitOfWork.Outcome.SUCCESS);
		assertThat(recorder().units).extracting(UnitOfWork::name).doesNotContain("errorChannel");
	}

	@Test
	void whatASubscriberReportsHasTheIdsOfTheFailure() {
		service.bean(Orders.class).next.set(true);
		Message incident = onlyIncident();
		Awaitility.await().until(() -> !service.messages("order.rejected").isEmpty());
		assertThat(service.messages("order.rejected").get(0).trace()).isEqualTo(incident.trace());
	}

	@Test
	void nothingIsLeftOnTheThread() {
		service.bean("errorChannel", MessageChannel.class)
			.send(new ErrorMessage(new IllegalStateException("no order sent")));
		onlyIncident();
		assertThat(UnitOfWork.current()).isNull();
	}

	@Test
	void aSubscriberMaySendToTheChannelItself() {
		service.bean("errorChannel", MessageChannel.class)
			.send(new ErrorMessage(new IllegalStateException("send again")));
		assertThat(UnitOfWork.current()).isNull();
		assertThat(service.bean(Incidents.class).flush(Duration.ofSeconds(30))).isTrue();
		assertThat(service.messages("exception")).extracting((incident) -> incident.thrown().getMessage())
			.containsExactlyInAnyOrder("send again", "sent again");
		assertThat(service.messages("order.rejected")).extracting(Message::trace)
			.containsOnly(onlyUnit("errorChannel").trace());
	}

	private static Message onlyIncident() {
		Awaitility.await().until(() -> !service.messages("exception").isEmpty() && !recorder().errorIds().isEmpty());
		// Texts of the log would wait for a throwable
		assertThat(service.bean(Incidents.class).flush(Duration.ofSeconds(30))).isTrue();
		assertThat(service.messages("exception")).hasSize(1);
		return service.messages("exception").get(0);
	}

	private static UnitOfWork onlyUnit(String name) {
		Awaitility.await().until(() -> recorder().units.stream().anyMatch((unit) -> unit.name().equals(name)));
		return recorder().units.stream().filter((unit) -> unit.name().equals(name)).findFirst().orElseThrow();
	}

	private static Recorder recorder() {
		return service.bean(Recorder.class);
	}

	static final class Recorder implements SignalListener {

		final List<UnitOfWork> units = new CopyOnWriteArrayList<>();

		final List<LogEntry> entries = new CopyOnWriteArrayList<>();

		@Override
		public void unitEnded(UnitOfWork unit) {
			this.units.add(unit);
		}

		@Override
		public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
			this.entries.add(entry);
		}

		/** Those of the lines that Spring Integration has logged. */
		List<Object> errorIds() {
			return this.entries.stream()
				.filter((entry) -> entry.logger().equals("org.springframework.integration.handler.LoggingHandler"))
				.map((entry) -> (Object) entry.bindings().getOrDefault(LogEntry.ERROR_ID, "none"))
				.toList();
		}

		void forget() {
			this.units.clear();
			this.entries.clear();
		}

	}

	static final class Orders {

		final AtomicBoolean next = new AtomicBoolean();

		private final Cairn cairn;

		Orders(Cairn cairn) {
			this.cairn = cairn;
		}

		@Nullable String poll() {
			return this.next.getAndSet(false) ? "polled" : null;
		}

		void handle(Object order) {
			this.cairn.event("order.handled").publish();
			throw new IllegalStateException("no order " + order);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		Orders orders(Cairn cairn) {
			return new Orders(cairn);
		}

		@Bean
		Executor workers() {
			return new SimpleAsyncTaskExecutor("worker-");
		}

		@Bean
		IntegrationFlow polled(Orders orders) {
			return IntegrationFlow
				.fromSupplier(orders::poll, (source) -> source.poller(Pollers.fixedDelay(10).maxMessagesPerPoll(1)))
				.handle((message) -> orders.handle(message.getPayload()))
				.get();
		}

		@Bean
		IntegrationFlow plain(Orders orders, Executor workers) {
			return (flow) -> flow.channel((channels) -> channels.executor("plainWork", workers))
				.handle((message) -> orders.handle(message.getPayload()));
		}

		@Bean
		IntegrationFlow observed(Orders orders, Executor workers) {
			return IntegrationFlow.from("observedInput")
				.channel((channels) -> channels.executor("observedWork", workers))
				.handle((message) -> orders.handle(message.getPayload()), (handler) -> handler.id("observedHandler"))
				.get();
		}

		@Bean
		Rejections rejections(Cairn cairn, @Qualifier("errorChannel") MessageChannel errorChannel) {
			return new Rejections(cairn, errorChannel);
		}

	}

	static class Rejections {

		private final Cairn cairn;

		private final MessageChannel errorChannel;

		Rejections(Cairn cairn, MessageChannel errorChannel) {
			this.cairn = cairn;
			this.errorChannel = errorChannel;
		}

		@ServiceActivator(inputChannel = "errorChannel")
		void reject(ErrorMessage message) {
			if ("send again".equals(message.getPayload().getMessage())) {
				this.errorChannel.send(new ErrorMessage(new IllegalStateException("sent again")));
			}
			this.cairn.event("order.rejected").publish();
		}

	}

}
