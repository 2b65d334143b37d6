package dev.cairn.spring.kafka.listener;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Adds a {@link Listener} to the containers of {@code @KafkaListener} methods and of the
 * binder of Spring Cloud Stream, and {@link DeliveryOutcomes} to their error handlers,
 * before they start.
 */
final class ListenerContainerConfigurer implements SmartLifecycle {

	/** A provider, since a registry on which this depends would be started first. */
	private final ObjectProvider<KafkaListenerEndpointRegistry> registries;

	private final Listener.Shared shared;

	private final Set<Object> configured = new HashSet<>();

	private volatile boolean running;

	ListenerContainerConfigurer(ObjectProvider<KafkaListenerEndpointRegistry> registries, Listener.Shared shared) {
		this.registries = registries;
		this.shared = shared;
	}

	@Override
	public void start() {
		for (KafkaListenerEndpointRegistry registry : this.registries) {
			for (MessageListenerContainer container : registry.getListenerContainers()) {
				if (!container.isRunning() && container instanceof AbstractMessageListenerContainer<?, ?> known) {
					configure(known, known.getListenerId());
				}
			}
		}
		this.running = true;
	}

	/** Configures a container that does not run yet, once. */
	synchronized <K, V> void configure(AbstractMessageListenerContainer<K, V> container, @Nullable String id) {
		if (!this.configured.add(container)) {
			return;
		}
		Listener<K, V> listener = new Listener<>(container, id, this.shared);
		RecordInterceptor<K, V> records = container.getRecordInterceptor();
		container
			.setRecordInterceptor((records != null) ? new CompositeRecordInterceptor<>(listener, records) : listener);
		BatchInterceptor<K, V> batches = container.getBatchInterceptor();
		container
			.setBatchInterceptor((batches != null) ? new CompositeBatchInterceptor<>(listener, batches) : listener);
		CommonErrorHandler handler = errorHandler(container);
		if (handler != null) {
			boolean reporting = addRetryListener(handler);
			container.setCommonErrorHandler(reporting ? handler : ForeignErrorHandler.observe(handler));
		}
		addRetryListener(container.getAfterRollbackProcessor());
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

	/**
	 * Adds {@link DeliveryOutcomes} to the retry listeners, which can be replaced but not
	 * read, and returns whether the handler has such listeners.
	 */
	@SuppressWarnings("unchecked")
	private static boolean addRetryListener(Object handler) {
		if (!(handler instanceof FailedRecordProcessor processor)) {
			return false;
		}
		Method getter = ReflectionUtils.findMethod(FailedRecordProcessor.class, "getRetryListeners");
		Assert.state(getter != null, "No method FailedRecordProcessor.getRetryListeners");
		ReflectionUtils.makeAccessible(getter);
		Set<RetryListener> listeners = new LinkedHashSet<>(
				(List<RetryListener>) ReflectionUtils.invokeMethod(getter, processor));
		listeners.add(DeliveryOutcomes.INSTANCE);
		processor.setRetryListeners(listeners.toArray(RetryListener[]::new));
		return true;
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
