package dev.cairn.spring.web.error;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import dev.cairn.incident.Incident;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Adds {@code errorId} to Boot's error attributes, and so to its error body and to the
 * model of error pages, whether the attributes are Boot's or the application's. Error
 * pages get the {@code traceId} too: they are for people, who cannot look at headers.
 */
public final class ErrorIdAttributes implements BeanPostProcessor {

	/** The id of the trace in which the incident was reported first. */
	static final String TRACE_ID = "traceId";

	private final Function<Throwable, @Nullable Incident> incidents;

	/**
	 * Create it.
	 * @param incidents returns what is known of a failure; asked only on an error page
	 */
	public ErrorIdAttributes(Function<Throwable, @Nullable Incident> incidents) {
		this.incidents = incidents;
	}

	@Override
	@SuppressWarnings("NullAway") // getError() may return null, which the interceptor's
									// type does not say
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof ErrorAttributes) || !canExtend(bean.getClass())) {
			return bean;
		}
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice(new ErrorIdInterceptor(this.incidents));
		return factory.getProxy(ClassUtils.getDefaultClassLoader());
	}

	/** What cannot be extended stays as it is; the header has the id all the same. */
	private static boolean canExtend(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.noneMatch((method) -> method.getDeclaringClass() != Object.class && Modifier.isFinal(method.getModifiers())
					&& !Modifier.isStatic(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers()));
	}

	private static @Nullable RequestError incident(HttpServletRequest request) {
		RequestError error = RequestError.of(request);
		boolean failed = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
				&& status >= HttpStatus.BAD_REQUEST.value();
		return (error != null && error.id() != null && failed) ? error : null;
	}

	/**
	 * Boot's controller has a method for whoever accepts HTML, and one for the others.
	 */
	private static boolean isPage(HttpServletRequest request) {
		return request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Collection<?> types
				&& types.contains(MediaType.TEXT_HTML);
	}

	private static final class ErrorIdInterceptor implements MethodInterceptor {

		private final Function<Throwable, @Nullable Incident> incidents;

		ErrorIdInterceptor(Function<Throwable, @Nullable Incident> incidents) {
			this.incidents = incidents;
		}

		@Override
		@SuppressWarnings("NullAway") // the interface does not say that the result may be
										// null
		public @Nullable Object invoke(MethodInvocation call) throws Throwable {
			Object result = call.proceed();
			@Nullable Object[] arguments = call.getArguments();
			if (result instanceof Map<?, ?> attributes && arguments.length > 0
					&& arguments[0] instanceof ServletWebRequest webRequest) {
				RequestError error = incident(webRequest.getRequest());
				return (error != null) ? withIds(attributes, error, isPage(webRequest.getRequest())) : result;
			}
			return result;
		}

		/** The application's own attributes may not be changed. */
		private Map<Object, @Nullable Object> withIds(Map<?, ?> attributes, RequestError error, boolean page) {
			Map<Object, @Nullable Object> extended = new LinkedHashMap<>(attributes);
			extended.put(RequestError.PROPERTY, error.id());
			Incident known = page ? this.incidents.apply(error.thrown()) : null;
			if (known != null && known.trace() != null) {
				extended.put(TRACE_ID, known.trace().traceId());
			}
			return extended;
		}

	}

}
