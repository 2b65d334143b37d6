package dev.cairn.spring.kafka;

import dev.cairn.Cairn;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.retrytopic.DestinationTopicResolver;

/**
 * Follows what the listeners of {@code @KafkaListener} methods process. Looks at their
 * containers when all are there and none has started; a container that is registered
 * later, or made by hand, is left alone.
 */
public final class ListenerContainers implements SmartLifecycle {

	/** A provider, since a registry on which this depends would be started first. */
	private final ObjectProvider<KafkaListenerEndpointRegistry> registries;

	private final ListenerFailures failures;

	private volatile boolean running;

	/**
	 * Create the one for an application.
	 * @param registries know the containers
	 * @param cairn takes the failures
	 * @param enricher is told what is being processed
	 * @param resolvers know the topics for retries, where there are some
	 */
	public ListenerContainers(ObjectProvider<KafkaListenerEndpointRegistry> registries, Cairn cairn,
			DeliveryEnricher enricher, ObjectProvider<DestinationTopicResolver> resolvers) {
		this.registries = registries;
		this.failures = new ListenerFailures(cairn, enricher, new FailedDeliveries(), new RetryTopics(resolvers));
	}

	@Override
	public void start() {
		this.registries.stream()
			.flatMap((registry) -> registry.getListenerContainers().stream())
			.forEach((container) -> {
				if (container instanceof AbstractMessageListenerContainer<?, ?> known) {
					watch(known);
				}
			});
		this.running = true;
	}

	private <K, V> void watch(AbstractMessageListenerContainer<K, V> container) {
		if (container.isRunning() || container.getRecordInterceptor() instanceof WatchedRecords) {
			return;
		}
		ListenerWatch watch = new ListenerWatch(Listener.of(container), this.failures);
		container.setRecordInterceptor(new WatchedRecords<>(watch, container.getRecordInterceptor()));
		container.setBatchInterceptor(new WatchedBatches<>(watch, container.getBatchInterceptor()));
		CommonErrorHandler handler = errorHandler(container);
		if (handler != null) {
			container.setCommonErrorHandler(new WatchedErrorHandler(watch, handler));
		}
	}

	/** The one that the container would take by itself, if none is set. */
	private static @Nullable CommonErrorHandler errorHandler(AbstractMessageListenerContainer<?, ?> container) {
		CommonErrorHandler own = container.getCommonErrorHandler();
		return (own != null || isTransactional(container.getContainerProperties())) ? own : new DefaultErrorHandler();
	}

	@SuppressWarnings("deprecation")
	private static boolean isTransactional(ContainerProperties properties) {
		return properties.getKafkaAwareTransactionManager() != null || properties.getTransactionManager() != null;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Before the containers. */
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

}
