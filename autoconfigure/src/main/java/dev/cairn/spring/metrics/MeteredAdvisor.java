package dev.cairn.spring.metrics;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import dev.cairn.metrics.MeterHandles;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Measures the calls of methods with {@code @Timed} or {@code @Counted}, without AspectJ,
 * whose join points cost more than the measurement. It surrounds transactions, so that
 * their end is included.
 */
final class MeteredAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/** Just outside of advisors without an order, such as those of transactions. */
	private static final int ORDER = LOWEST_PRECEDENCE - 1;

	private final MeterAnnotations annotations;

	/**
	 * Creates an advisor.
	 * @param annotations finds the annotations to measure
	 * @param handles supplies the handles of meters; called at the first call
	 * @param tagHandlers supplies the handlers of tags that depend on a call; called if
	 * there are any
	 */
	MeteredAdvisor(MeterAnnotations annotations, Supplier<MeterHandles> handles,
			Supplier<MeterTagHandlers> tagHandlers) {
		super(new MeteredInterceptor(annotations, handles, tagHandlers));
		this.annotations = annotations;
		setOrder(ORDER);
		setClassFilter((type) -> AnnotationUtils.isCandidateClass(type, Timed.class)
				|| AnnotationUtils.isCandidateClass(type, Counted.class));
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return !this.annotations.timed(method, targetClass).isEmpty()
				|| !this.annotations.counted(method, targetClass).isEmpty();
	}

}
