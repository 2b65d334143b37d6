package dev.cairn.spring.web;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.http.HttpStatus;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Adds {@code errorId} to Boot's error attributes, and so to its error body and to the
 * model of error pages, whether the attributes are Boot's or the application's.
 */
public final class ErrorIdAttributes implements BeanPostProcessor {

	@Override
	@SuppressWarnings("NullAway") // getError() may return null, which the interceptor's
									// type does not say
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof ErrorAttributes) || !canExtend(bean.getClass())) {
			return bean;
		}
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice(new ErrorIdInterceptor());
		return factory.getProxy(ClassUtils.getDefaultClassLoader());
	}

	/** What cannot be extended stays as it is; the header has the id all the same. */
	private static boolean canExtend(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.noneMatch((method) -> method.getDeclaringClass() != Object.class && Modifier.isFinal(method.getModifiers())
					&& !Modifier.isStatic(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers()));
	}

	private static @Nullable String errorId(HttpServletRequest request) {
		RequestError error = RequestError.of(request);
		boolean failed = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
				&& status >= HttpStatus.BAD_REQUEST.value();
		return (error != null && failed) ? error.id() : null;
	}

	private static final class ErrorIdInterceptor implements MethodInterceptor {

		@Override
		@SuppressWarnings("NullAway") // the interface does not say that the result may be
										// null
		public @Nullable Object invoke(MethodInvocation call) throws Throwable {
			Object result = call.proceed();
			@Nullable Object[] arguments = call.getArguments();
			if (result instanceof Map<?, ?> attributes && arguments.length > 0
					&& arguments[0] instanceof ServletWebRequest webRequest) {
				String id = errorId(webRequest.getRequest());
				return (id != null) ? withErrorId(attributes, id) : result;
			}
			return result;
		}

		/** The application's own attributes may not be changed. */
		private static Map<Object, Object> withErrorId(Map<?, ?> attributes, String id) {
			Map<Object, Object> extended = new LinkedHashMap<>(attributes);
			extended.put(RequestError.PROPERTY, id);
			return extended;
		}

	}

}
