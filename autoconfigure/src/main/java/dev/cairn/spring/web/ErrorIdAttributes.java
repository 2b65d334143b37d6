package dev.cairn.spring.web;

import java.lang.reflect.Modifier;
import java.util.Map;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.AfterReturningAdvice;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Adds {@code errorId} to Boot's error attributes, and so to its error body and to the
 * model of error pages, whether the attributes are Boot's or the application's.
 */
public final class ErrorIdAttributes implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof ErrorAttributes) || Modifier.isFinal(bean.getClass().getModifiers())) {
			return bean;
		}
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice((AfterReturningAdvice) (result, method, arguments, target) -> addErrorId(result, arguments));
		return factory.getProxy(ClassUtils.getDefaultClassLoader());
	}

	@SuppressWarnings("unchecked")
	private static void addErrorId(@Nullable Object result, @Nullable Object[] arguments) {
		if (result instanceof Map<?, ?> attributes && arguments.length > 0
				&& arguments[0] instanceof ServletWebRequest webRequest) {
			String id = errorId(webRequest.getRequest());
			if (id != null) {
				put((Map<String, Object>) attributes, id);
			}
		}
	}

	private static void put(Map<String, Object> attributes, String id) {
		try {
			attributes.put(RequestError.PROPERTY, id);
		}
		catch (UnsupportedOperationException ex) {
			// The application's own attributes cannot be changed; the header has the id
		}
	}

	private static @Nullable String errorId(HttpServletRequest request) {
		RequestError error = RequestError.of(request);
		boolean serverError = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
				&& RequestError.isServerError(status);
		return (error != null && serverError) ? error.id() : null;
	}

}
