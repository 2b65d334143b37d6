package dev.cairn.spring.kafka.listener.orders;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.incident.Incidents;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Brokers;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.DltHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.CommonContainerStoppingErrorHandler;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.CommonLoggingErrorHandler;
import org.springframework.kafka.listener.CommonMixedErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.retrytopic.DltStrategy;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.util.backoff.FixedBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners of running applications at a real broker: a record that is given up is one
 * incident. The package is not Cairn's own, which would make Cairn's frames those of the
 * application.
 */
@Timeout(120)
class ListenerErrorsTests {

	private static final String FAILS = "fails";

	private static final String FAILS_ALOUD = "fails aloud";

	private static final String FAILS_TWICE = "fails twice";

	private static final String FAILS_TWICE_ALOUD = "fails twice aloud";

	private static final String BREAKS = "breaks";

	private static final String GOES_WELL = "goes well";

	private static final AtomicInteger topics = new AtomicInteger();

	private static EmbeddedKafkaKraftBroker broker;

	private final String topic = "orders-" + topics.incrementAndGet();

	@BeforeAll
	static void startBroker() {
		broker = new EmbeddedKafkaKraftBroker(1, 2);
		broker.brokerProperty("transaction.state.log.replication.factor", "1");
		broker.brokerProperty("transaction.state.log.min.isr", "1");
		Brokers.start(broker);
	}

	@AfterAll
	static void stopBroker() {
		Brokers.stop(broker);
	}

	@Test
	void aRecordThatIsGivenUpIsOneIncident() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 3)
				.containsEntry("kafka_topic", this.topic)
				.containsEntry("kafka_partition", 0)
				.containsEntry("kafka_offset", 0L)
				.containsEntry("kafka_group", "orders")
				.containsEntry("listener_id", "orders");
			assertThat(balance(application).failures()).isEqualTo(1);
			assertThat(balance(application).sent()).isEqualTo(1);
		}
	}

	@Test
	void theIncidentIsTheListenersOwnException() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS, GOES_WELL);
			assertThat(incident(application).thrown()).isExactlyInstanceOf(IllegalStateException.class)
				.hasMessage(FAILS);
		}
	}

	@Test
	void theLineThatSaysThatItIsGivenUpIsTheSameIncident() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS, GOES_WELL);
			Object id = incident(application).fields().get("error_id");
			Throwable logged = RunningApplication.logEvents()
				.stream()
				.filter((line) -> line.getFormattedMessage().contains("exhausted"))
				.map(ListenerErrorsTests::thrown)
				.findFirst()
				.orElseThrow();
			assertThat(application.bean(Incidents.class).find(logged).id()).isEqualTo(id);
			assertGivenUpBy("exhausted", id);
		}
	}

	private static void assertGivenUpBy(String text, Object id) {
		assertThat(RunningApplication.logEvents()).filteredOn((line) -> line.getFormattedMessage().contains(text))
			.singleElement()
			.satisfies((line) -> assertThat(line.getMDCPropertyMap()).containsEntry("errorId", (String) id));
	}

	@Test
	void aListenerThatLogsWhatItThrowsIsOneIncident() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS_ALOUD, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 3)
				.containsEntry("log_logger", "shop.orders")
				.containsEntry("kafka_topic", this.topic);
			assertThat(balance(application).failures()).isEqualTo(1);
		}
	}

	@Test
	void aRecordThatGoesWellAtLastIsNoIncident() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS_TWICE, GOES_WELL);
			assertThat(application.messages(Message.TYPE_EXCEPTION)).isEmpty();
			assertThat(balance(application).failures()).isEqualTo(1);
			assertThat(balance(application).recovered()).isEqualTo(1);
		}
	}

	@Test
	void whatWasLoggedIsAnIncidentAlthoughItGoesWellAtLast() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS_TWICE_ALOUD, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 2);
		}
	}

	@Test
	void everyRecordThatIsGivenUpIsAnIncident() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			send(application, FAILS, FAILS, GOES_WELL);
			assertThat(incidents(application, 2)).extracting((incident) -> incident.fields().get("kafka_offset"))
				.containsExactly(0L, 1L);
			assertThat(incidents(application, 2)).extracting((incident) -> incident.fields().get("attempts"))
				.containsExactly(3, 3);
		}
	}

	@Test
	void anErrorHandlerThatDoesNotSeekIsUnderstood() {
		try (RunningApplication application = start(WithoutSeeks.class)) {
			send(application, FAILS, FAILS_TWICE, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 3).containsEntry("kafka_offset", 0L);
			assertThat(balance(application).recovered()).isEqualTo(1);
		}
	}

	@Test
	void anErrorHandlerThatOnlyLogsGivesUpAtOnce() {
		try (RunningApplication application = start(OnlyLogging.class)) {
			send(application, FAILS, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 1);
		}
	}

	@Test
	void anErrorHandlerThatStopsTheContainerGivesUp() {
		try (RunningApplication application = start(Stopping.class)) {
			application.bean(KafkaTemplate.class).send(this.topic, 0, null, FAILS);
			RunningApplication.await(() -> !application.messages(Message.TYPE_EXCEPTION).isEmpty());
			assertThat(incident(application).fields()).containsEntry("attempts", 1);
		}
	}

	@Test
	void theApplicationsOwnHandlerAndInterceptorGoOnWorking() {
		try (RunningApplication application = start(OwnHandler.class)) {
			send(application, FAILS, FAILS_TWICE, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 4).containsEntry("kafka_offset", 0L);
			assertThat(application.bean(OwnErrorHandler.class).calls).hasValue(6);
			OwnInterceptor<?, ?> interceptor = application.bean(OwnInterceptor.class);
			RunningApplication.await(() -> interceptor.after.get() == 8);
			assertThat(interceptor.intercepted).hasValue(8);
			assertThat(interceptor.failed).hasValue(6);
			assertThat(interceptor.succeeded).hasValue(2);
		}
	}

	@Test
	void theApplicationsOwnRetryListenerGoesOnWorking() {
		try (RunningApplication application = start(OwnRetryListener.class)) {
			send(application, FAILS, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 3);
			assertThat(application.bean(AtomicInteger.class)).hasValue(3);
		}
	}

	@Test
	void anErrorHandlerThatDelegatesIsUnderstood() {
		try (RunningApplication application = start(DelegatingHandler.class, "spring.kafka.listener.type=batch")) {
			send(application, FAILS);
			assertThat(incident(application).fields()).containsEntry("attempts", 3).containsEntry("kafka_offset", 0L);
			send(application, FAILS_TWICE, GOES_WELL);
			assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
			assertThat(balance(application).recovered()).isEqualTo(1);
		}
	}

	@Test
	void aBatchThatIsGivenUpIsOneIncident() {
		try (RunningApplication application = start(Batches.class, "spring.kafka.listener.type=batch")) {
			send(application, FAILS);
			assertThat(incident(application).fields()).containsEntry("attempts", 3).containsEntry("kafka_offset", 0L);
			assertThat(balance(application).failures()).isEqualTo(1);
			assertGivenUpBy("Records discarded", incident(application).fields().get("error_id"));
		}
	}

	@Test
	void aBatchThatGoesWellAtLastIsNoIncident() {
		try (RunningApplication application = start(Batches.class, "spring.kafka.listener.type=batch")) {
			send(application, FAILS_TWICE, GOES_WELL);
			assertThat(application.messages(Message.TYPE_EXCEPTION)).isEmpty();
			assertThat(balance(application).recovered()).isEqualTo(1);
		}
	}

	@Test
	void theRecordOfABatchThatIsGivenUpIsOneIncident() {
		try (RunningApplication application = start(NamingBatches.class, "spring.kafka.listener.type=batch")) {
			send(application, "goes well at once", FAILS, FAILS_TWICE, GOES_WELL);
			assertThat(incident(application).fields()).containsEntry("attempts", 3).containsEntry("kafka_offset", 1L);
			assertThat(balance(application).recovered()).isEqualTo(1);
		}
	}

	@Test
	void aRecordThatGoesOverTopicsForRetriesIsOneIncident() {
		try (RunningApplication application = start(Retrying.class)) {
			send(application, FAILS_ALOUD);
			RunningApplication.await(() -> application.bean(RetryingOrders.class).dead.get() == 1);
			assertThat(incident(application).fields()).containsEntry("attempts", 3)
				.containsEntry("kafka_group", "orders");
			assertThat(balance(application).failures()).isEqualTo(1);
		}
	}

	@Test
	void aRecordThatGoesWellOnATopicForRetriesIsNoIncident() {
		try (RunningApplication application = start(Retrying.class)) {
			send(application, FAILS_TWICE);
			RunningApplication.await(() -> application.bean(Desk.class).done.contains(FAILS_TWICE));
			send(application, FAILS);
			RunningApplication.await(() -> application.bean(RetryingOrders.class).dead.get() == 1);
			assertThat(incident(application).thrown()).hasMessage(FAILS);
			assertThat(incident(application).fields()).containsEntry("attempts", 3);
		}
	}

	@Test
	void aTransactionThatIsRolledBackIsAnAttempt() {
		try (RunningApplication application = start(Transactions.class,
				"spring.kafka.producer.transaction-id-prefix=tx-" + this.topic)) {
			@SuppressWarnings("unchecked")
			KafkaTemplate<String, String> template = application.bean(KafkaTemplate.class);
			template.executeInTransaction((operations) -> {
				operations.send(this.topic, 0, null, FAILS_TWICE);
				operations.send(this.topic, 0, null, FAILS);
				return operations.send(this.topic, 0, null, GOES_WELL);
			});
			RunningApplication.await(() -> application.bean(Desk.class).done.contains(GOES_WELL));
			assertThat(incident(application).fields()).containsEntry("attempts", 10)
				.containsEntry("kafka_topic", this.topic);
			assertThat(balance(application).recovered()).isEqualTo(1);
		}
	}

	@Test
	void severalThreadsCountForThemselves() {
		try (RunningApplication application = start(ThreeAttempts.class, "spring.kafka.listener.concurrency=2")) {
			awaitOnePartitionEach(application);
			KafkaTemplate<String, String> template = template(application);
			template.send(this.topic, 0, null, FAILS);
			template.send(this.topic, 1, null, FAILS);
			assertThat(incidents(application, 2)).extracting((incident) -> incident.fields().get("attempts"))
				.containsExactly(3, 3);
			assertThat(incidents(application, 2)).extracting((incident) -> incident.fields().get("kafka_partition"))
				.containsExactlyInAnyOrder(0, 1);
		}
	}

	@Test
	void anErrorThatStopsTheConsumerIsOneIncident() {
		try (RunningApplication application = start(ThreeAttempts.class)) {
			template(application).send(this.topic, 0, null, BREAKS);
			RunningApplication.await(() -> !application.messages(Message.TYPE_EXCEPTION).isEmpty());
			assertThat(incident(application).thrown()).isInstanceOf(AssertionError.class);
		}
	}

	@Test
	void isSwitchedOff() {
		try (RunningApplication application = start(ThreeAttempts.class, "cairn.errors.kafka-listeners=false")) {
			send(application, FAILS, GOES_WELL);
			assertThat(application.context().containsBean("cairnListenerContainerConfigurer")).isFalse();
			assertThat(application.context().containsBean("cairnDeliveryEnricher")).isFalse();
			assertThat(incident(application).fields()).doesNotContainKeys("attempts", "kafka_topic");
		}
	}

	private RunningApplication start(Class<?> source, String... properties) {
		broker.addTopics(this.topic);
		Stream<String> common = Stream.of("spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
				"spring.kafka.consumer.auto-offset-reset=earliest", "orders.topic=" + this.topic,
				"cairn.kafka.enabled=false", "cairn.incidents.interval=0");
		return RunningApplication.startWithoutWeb(source,
				Stream.concat(common, Stream.of(properties)).toArray(String[]::new));
	}

	/** Wait until the last of them is done, should it go well. */
	private void send(RunningApplication application, String... values) {
		for (String value : values) {
			try {
				template(application).send(this.topic, 0, null, value).get(30, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
		if (values[values.length - 1].equals(GOES_WELL)) {
			RunningApplication.await(() -> application.bean(Desk.class).done.contains(GOES_WELL));
			RunningApplication.await(() -> balance(application).held() == 0);
		}
	}

	/** A record whose partition moves to another thread would get further attempts. */
	private static void awaitOnePartitionEach(RunningApplication application) {
		ConcurrentMessageListenerContainer<?, ?> container = (ConcurrentMessageListenerContainer<?, ?>) application
			.bean(KafkaListenerEndpointRegistry.class)
			.getListenerContainer("orders");
		RunningApplication.await(() -> container.getContainers()
			.stream()
			.allMatch((each) -> each.getAssignedPartitions() != null && each.getAssignedPartitions().size() == 1));
	}

	@SuppressWarnings("unchecked")
	private static KafkaTemplate<String, String> template(RunningApplication application) {
		return application.bean(KafkaTemplate.class);
	}

	private static Message incident(RunningApplication application) {
		return incidents(application, 1).get(0);
	}

	private static List<Message> incidents(RunningApplication application, int number) {
		RunningApplication.await(() -> application.messages(Message.TYPE_EXCEPTION).size() >= number);
		List<Message> incidents = application.messages(Message.TYPE_EXCEPTION);
		assertThat(incidents).hasSize(number);
		return incidents;
	}

	private static Ledger.Incidents.Balance balance(RunningApplication application) {
		return application.ledger().incidents().balance();
	}

	private static Throwable thrown(ILoggingEvent line) {
		return ((ThrowableProxy) line.getThrowableProxy()).getThrowable();
	}

	/**
	 * Does what the records say.
	 */
	static class Desk {

		private static final Logger log = LoggerFactory.getLogger("shop.orders");

		final Queue<String> done = new ConcurrentLinkedQueue<>();

		private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

		void process(String value) {
			int call = this.calls.computeIfAbsent(value, (key) -> new AtomicInteger()).incrementAndGet();
			if (value.equals(BREAKS)) {
				throw new AssertionError(value);
			}
			if (value.startsWith(FAILS) && (!value.startsWith(FAILS_TWICE) || call <= 2)) {
				IllegalStateException failure = new IllegalStateException(value);
				if (value.endsWith("aloud")) {
					log.error("cannot process an order", failure);
				}
				throw failure;
			}
			this.done.add(value);
		}

	}

	static class Orders {

		private final Desk desk;

		Orders(Desk desk) {
			this.desk = desk;
		}

		@KafkaListener(id = "orders", topics = "${orders.topic}")
		void receive(ConsumerRecord<String, String> order) {
			this.desk.process(order.value());
		}

	}

	static class OrderBatches {

		private final Desk desk;

		OrderBatches(Desk desk) {
			this.desk = desk;
		}

		@KafkaListener(id = "orders", topics = "${orders.topic}")
		void receive(List<ConsumerRecord<String, String>> orders) {
			orders.forEach((order) -> this.desk.process(order.value()));
		}

	}

	static class NamingOrderBatches {

		private final Desk desk;

		NamingOrderBatches(Desk desk) {
			this.desk = desk;
		}

		@KafkaListener(id = "orders", topics = "${orders.topic}")
		void receive(List<ConsumerRecord<String, String>> orders) {
			for (ConsumerRecord<String, String> order : orders) {
				try {
					this.desk.process(order.value());
				}
				catch (IllegalStateException ex) {
					throw new BatchListenerFailedException("cannot process", ex, order);
				}
			}
		}

	}

	static class RetryingOrders {

		final AtomicInteger dead = new AtomicInteger();

		private final Desk desk;

		RetryingOrders(Desk desk) {
			this.desk = desk;
		}

		@RetryableTopic(attempts = "3", backOff = @BackOff(delay = 50, multiplier = 2),
				dltStrategy = DltStrategy.FAIL_ON_ERROR)
		@KafkaListener(id = "orders", topics = "${orders.topic}")
		void receive(ConsumerRecord<String, String> order) {
			this.desk.process(order.value());
		}

		@DltHandler
		void bury(ConsumerRecord<String, String> order) {
			this.dead.incrementAndGet();
		}

	}

	static class OwnErrorHandler implements CommonErrorHandler {

		final AtomicInteger calls = new AtomicInteger();

		@Override
		public boolean handleOne(Exception thrownException, ConsumerRecord<?, ?> record, Consumer<?, ?> consumer,
				MessageListenerContainer container) {
			return this.calls.incrementAndGet() == 4;
		}

	}

	static class OwnInterceptor<K, V> implements RecordInterceptor<K, V> {

		final AtomicInteger intercepted = new AtomicInteger();

		final AtomicInteger succeeded = new AtomicInteger();

		final AtomicInteger failed = new AtomicInteger();

		final AtomicInteger after = new AtomicInteger();

		@Override
		public @Nullable ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
			this.intercepted.incrementAndGet();
			return record;
		}

		@Override
		public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
			this.succeeded.incrementAndGet();
		}

		@Override
		public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
			this.failed.incrementAndGet();
		}

		@Override
		public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
			this.after.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Desk.class)
	static class Shop {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class })
	static class ThreeAttempts {

		@Bean
		DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(10, 2));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class })
	static class WithoutSeeks {

		@Bean
		DefaultErrorHandler errorHandler() {
			DefaultErrorHandler handler = new DefaultErrorHandler(new FixedBackOff(10, 2));
			handler.setSeekAfterError(false);
			return handler;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class })
	static class OnlyLogging {

		@Bean
		CommonLoggingErrorHandler errorHandler() {
			return new CommonLoggingErrorHandler();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class })
	static class Stopping {

		@Bean
		CommonContainerStoppingErrorHandler errorHandler() {
			return new CommonContainerStoppingErrorHandler();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class, OwnErrorHandler.class })
	static class OwnHandler {

		@Bean
		OwnInterceptor<Object, Object> interceptor() {
			return new OwnInterceptor<>();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class })
	static class OwnRetryListener {

		@Bean
		AtomicInteger failedDeliveries() {
			return new AtomicInteger();
		}

		@Bean
		DefaultErrorHandler errorHandler(AtomicInteger failedDeliveries) {
			DefaultErrorHandler handler = new DefaultErrorHandler(new FixedBackOff(10, 2));
			handler.setRetryListeners((record, thrown, attempt) -> failedDeliveries.incrementAndGet());
			return handler;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, OrderBatches.class })
	static class DelegatingHandler {

		@Bean
		CommonErrorHandler errorHandler() {
			return new CommonMixedErrorHandler(new DefaultErrorHandler(),
					new DefaultErrorHandler(new FixedBackOff(10, 2)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, OrderBatches.class })
	static class Batches {

		@Bean
		DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(10, 2));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, NamingOrderBatches.class })
	static class NamingBatches {

		@Bean
		DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(10, 2));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, RetryingOrders.class })
	static class Retrying {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Shop.class, Orders.class })
	static class Transactions {

	}

}
