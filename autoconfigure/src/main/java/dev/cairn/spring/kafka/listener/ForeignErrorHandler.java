package dev.cairn.spring.kafka.listener;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.kafka.listener.CommonErrorHandler;

/**
 * Reports to the {@link DeliveryTracker} whether an error handler that takes no
 * {@link org.springframework.kafka.listener.RetryListener} keeps a failed record for
 * another delivery.
 */
final class ForeignErrorHandler implements MethodInterceptor {

	private final DeliveryTracker tracker;

	private ForeignErrorHandler(DeliveryTracker tracker) {
		this.tracker = tracker;
	}

	static CommonErrorHandler follow(CommonErrorHandler handler, DeliveryTracker tracker) {
		ProxyFactory factory = new ProxyFactory(handler);
		factory.addInterface(CommonErrorHandler.class);
		factory.addAdvice(new ForeignErrorHandler(tracker));
		return (CommonErrorHandler) factory.getProxy(CommonErrorHandler.class.getClassLoader());
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation call) throws Throwable {
		if (call.getMethod().getName().startsWith("handleBatch")) {
			followRepetitions(call.getArguments());
		}
		Object result = call.proceed();
		if (call.getMethod().getName().equals("handleOne") ? Boolean.FALSE.equals(result) : isRemaining(result)) {
			this.tracker.comesAgain();
		}
		return result;
	}

	private void followRepetitions(@Nullable Object[] arguments) {
		int last = arguments.length - 1;
		if (arguments[last] instanceof Runnable listener) {
			arguments[last] = (Runnable) () -> this.tracker.repeat(listener);
		}
	}

	private boolean isRemaining(@Nullable Object result) {
		return result instanceof ConsumerRecords<?, ?> remaining && this.tracker.isFailedIn(remaining);
	}

}
