package dev.cairn.spring.kafka.listener;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.kafka.listener.CommonErrorHandler;

/**
 * Observes whether an error handler without retry listeners keeps a failed record.
 */
enum ForeignErrorHandler implements MethodInterceptor {

	INSTANCE;

	static CommonErrorHandler observe(CommonErrorHandler handler) {
		ProxyFactory factory = new ProxyFactory(handler);
		factory.addInterface(CommonErrorHandler.class);
		factory.addAdvice(INSTANCE);
		return (CommonErrorHandler) factory.getProxy(CommonErrorHandler.class.getClassLoader());
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation call) throws Throwable {
		@Nullable Object[] arguments = call.getArguments();
		if (call.getMethod().getName().startsWith("handleBatch")
				&& arguments[arguments.length - 1] instanceof Runnable listener) {
			arguments[arguments.length - 1] = (Runnable) () -> repeat(listener);
		}
		Object result = call.proceed();
		if (Boolean.FALSE.equals(result) && call.getMethod().getName().equals("handleOne")) {
			RecordAttempt.current().ifPresent(RecordAttempt::comesAgain);
		}
		if (result instanceof ConsumerRecords<?, ?> remaining) {
			RecordAttempt.current().filter((attempt) -> attempt.isIn(remaining)).ifPresent(RecordAttempt::comesAgain);
		}
		return result;
	}

	/** Observes a call of the listener that is made by the error handler. */
	private static void repeat(Runnable listener) {
		RecordAttempt.current().ifPresent(RecordAttempt::comesAgain);
		try {
			listener.run();
		}
		catch (RuntimeException ex) {
			RecordAttempt.current().ifPresent((attempt) -> attempt.failed(ex));
			throw ex;
		}
	}

}
