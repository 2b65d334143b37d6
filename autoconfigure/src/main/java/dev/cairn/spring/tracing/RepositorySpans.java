package dev.cairn.spring.tracing;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.data.repository.core.support.RepositoryFactoryBeanSupport;
import org.springframework.util.ReflectionUtils;

/**
 * Records the calls of the repositories of Spring Data as spans, which surround their
 * transactions.
 */
final class RepositorySpans implements BeanPostProcessor {

	private final boolean selected;

	private final LateBean<SpanRecorder> recorder;

	RepositorySpans(boolean selected, LateBean<SpanRecorder> recorder) {
		this.selected = selected;
		this.recorder = recorder;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (this.selected && bean instanceof RepositoryFactoryBeanSupport<?, ?, ?> factoryBean) {
			factoryBean.addRepositoryFactoryCustomizer((factory) -> factory.addRepositoryProxyPostProcessor(
					(proxy, repository) -> proxy.addAdvice(0, new Calls(repository.getRepositoryInterface()))));
		}
		return bean;
	}

	/**
	 * The calls of one repository.
	 */
	private final class Calls implements MethodInterceptor {

		private final Class<?> repository;

		private final Map<Method, TracedMethod> methods = new ConcurrentHashMap<>();

		Calls(Class<?> repository) {
			this.repository = repository;
		}

		@Override
		public @Nullable Object invoke(MethodInvocation call) throws Throwable {
			SpanRecorder known = RepositorySpans.this.recorder.getIfAvailable();
			if (known == null || !known.isOn() || known.isDataOff()
					|| ReflectionUtils.isObjectMethod(call.getMethod())) {
				return call.proceed();
			}
			TracedMethod method = this.methods.computeIfAbsent(call.getMethod(),
					(called) -> new TracedMethod(new TracedSignature(this.repository, called)));
			return known.record(method, call, call::proceed);
		}

	}

}
