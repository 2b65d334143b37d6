package dev.cairn.spring.kafka.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.CompositeBatchInterceptor;
import org.springframework.kafka.listener.CompositeRecordInterceptor;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.FailedRecordProcessor;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Connects the containers of {@code @KafkaListener} methods with the
 * {@link DeliveryTracker} before they start. Containers that are registered later or
 * created by hand are left alone.
 */
final class ListenerContainerConfigurer implements SmartLifecycle {

	/** A provider, since a registry on which this depends would be started first. */
	private final ObjectProvider<KafkaListenerEndpointRegistry> registries;

	private final DeliveryTracker tracker;

	private final Set<Object> configured = new HashSet<>();

	private volatile boolean running;

	ListenerContainerConfigurer(ObjectProvider<KafkaListenerEndpointRegistry> registries, DeliveryTracker tracker) {
		this.registries = registries;
		this.tracker = tracker;
	}

	@Override
	public void start() {
		this.registries.stream()
			.flatMap((registry) -> registry.getListenerContainers().stream())
			.filter((container) -> !container.isRunning())
			.forEach((container) -> {
				if (container instanceof AbstractMessageListenerContainer<?, ?> known && this.configured.add(known)) {
					configure(known);
				}
			});
		this.running = true;
	}

	private <K, V> void configure(AbstractMessageListenerContainer<K, V> container) {
		DeliveryInterceptor<K, V> interceptor = new DeliveryInterceptor<>(Listener.of(container), this.tracker);
		RecordInterceptor<K, V> records = container.getRecordInterceptor();
		container.setRecordInterceptor(
				(records != null) ? new CompositeRecordInterceptor<>(interceptor, records) : interceptor);
		BatchInterceptor<K, V> batches = container.getBatchInterceptor();
		container.setBatchInterceptor(
				(batches != null) ? new CompositeBatchInterceptor<>(interceptor, batches) : interceptor);
		CommonErrorHandler handler = errorHandler(container);
		if (handler instanceof FailedRecordProcessor processor) {
			addRetryListener(processor);
			container.setCommonErrorHandler(handler);
		}
		else if (handler != null) {
			container.setCommonErrorHandler(ForeignErrorHandler.follow(handler, this.tracker));
		}
		if (container.getAfterRollbackProcessor() instanceof FailedRecordProcessor processor) {
			addRetryListener(processor);
		}
	}

	/** Returns the error handler that the container would use. */
	private static @Nullable CommonErrorHandler errorHandler(AbstractMessageListenerContainer<?, ?> container) {
		CommonErrorHandler own = container.getCommonErrorHandler();
		return (own != null || isTransactional(container.getContainerProperties())) ? own : new DefaultErrorHandler();
	}

	@SuppressWarnings("deprecation")
	private static boolean isTransactional(ContainerProperties properties) {
		return properties.getKafkaAwareTransactionManager() != null || properties.getTransactionManager() != null;
	}

	/** Adds the tracker to the listeners, which can be replaced but not read. */
	@SuppressWarnings("unchecked")
	private void addRetryListener(FailedRecordProcessor processor) {
		Method getter = ReflectionUtils.findMethod(FailedRecordProcessor.class, "getRetryListeners");
		Assert.state(getter != null, "No method FailedRecordProcessor.getRetryListeners");
		ReflectionUtils.makeAccessible(getter);
		Object present = ReflectionUtils.invokeMethod(getter, processor);
		List<RetryListener> listeners = new ArrayList<>((List<RetryListener>) present);
		if (!listeners.contains(this.tracker)) {
			listeners.add(this.tracker);
			processor.setRetryListeners(listeners.toArray(RetryListener[]::new));
		}
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
