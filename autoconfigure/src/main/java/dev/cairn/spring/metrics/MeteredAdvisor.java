package dev.cairn.spring.metrics;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import dev.cairn.metrics.MeterHandles;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Has the calls of methods with {@code @Timed} or {@code @Counted} measured: without
 * AspectJ, whose join points cost more than the measuring. Around transactions, so that
 * their end counts too.
 */
public final class MeteredAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/** Just outside of what has no order, such as transactions. */
	private static final int ORDER = LOWEST_PRECEDENCE - 1;

	private final Served served;

	/**
	 * Create an advisor.
	 * @param served which annotations are served
	 * @param handles makes the meters; asked at the first call
	 * @param tagHandlers know the tags that depend on a call; asked when there are some
	 */
	public MeteredAdvisor(Served served, Supplier<MeterHandles> handles, Supplier<MeterTagHandlers> tagHandlers) {
		super(new MeteredInterceptor(served, handles, tagHandlers));
		this.served = served;
		setOrder(ORDER);
		setClassFilter((type) -> AnnotationUtils.isCandidateClass(type, Timed.class)
				|| AnnotationUtils.isCandidateClass(type, Counted.class));
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.served.isMetered(method, targetClass);
	}

}
