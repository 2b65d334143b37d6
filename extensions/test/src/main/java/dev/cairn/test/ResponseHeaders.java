package dev.cairn.test;

import java.net.http.HttpResponse;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMessage;
import org.springframework.test.web.reactive.server.ExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.ClassUtils;

/**
 * Reads headers of the responses of test clients, of which not all need to be present.
 */
final class ResponseHeaders {

	private ResponseHeaders() {
	}

	static String required(Object response, String name) {
		String value = get(response, name);
		if (value == null) {
			throw new IllegalArgumentException("The response has no header " + name + ": " + response);
		}
		return value;
	}

	private static @Nullable String get(Object response, String name) {
		if (response instanceof HttpResponse<?> jdk) {
			return jdk.headers().firstValue(name).orElse(null);
		}
		if (isPresent("jakarta.servlet.http.HttpServletResponse")) {
			HttpServletResponse servlet = Servlet.response(response);
			if (servlet != null) {
				return servlet.getHeader(name);
			}
		}
		if (isPresent("org.springframework.http.HttpHeaders")) {
			HttpHeaders headers = Spring.headers(response);
			if (headers != null) {
				return headers.getFirst(name);
			}
		}
		throw new IllegalArgumentException("Expected a response, but was a " + response.getClass().getName()
				+ ". Pass the value of the header " + name + " instead");
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, ResponseHeaders.class.getClassLoader());
	}

	/** Loaded only with a servlet API. */
	private static final class Servlet {

		static @Nullable HttpServletResponse response(Object response) {
			if (response instanceof HttpServletResponse servlet) {
				return servlet;
			}
			return isPresent("org.springframework.test.web.servlet.MvcResult") ? MockMvc.response(response) : null;
		}

	}

	/** Loaded only with Spring MVC's tests. */
	private static final class MockMvc {

		static @Nullable HttpServletResponse response(Object response) {
			if (response instanceof MvcResult result) {
				return result.getResponse();
			}
			return (response instanceof MvcTestResult result) ? result.getResponse() : null;
		}

	}

	/** Loaded only with {@code spring-web}. */
	private static final class Spring {

		static @Nullable HttpHeaders headers(Object response) {
			if (response instanceof HttpHeaders headers) {
				return headers;
			}
			if (response instanceof HttpMessage message) {
				return message.getHeaders();
			}
			if (response instanceof HttpEntity<?> entity) {
				return entity.getHeaders();
			}
			HttpHeaders headers = isPresent("org.springframework.test.web.servlet.client.RestTestClient")
					? Rest.headers(response) : null;
			return (headers == null && isPresent("org.springframework.web.reactive.function.client.WebClient"))
					? Web.headers(response) : headers;
		}

	}

	private static final class Rest {

		static @Nullable HttpHeaders headers(Object response) {
			if (response instanceof RestTestClient.ResponseSpec spec) {
				return spec.returnResult().getResponseHeaders();
			}
			return (response instanceof org.springframework.test.web.servlet.client.ExchangeResult result)
					? result.getResponseHeaders() : null;
		}

	}

	private static final class Web {

		static @Nullable HttpHeaders headers(Object response) {
			if (response instanceof WebTestClient.ResponseSpec spec) {
				return spec.returnResult(byte[].class).getResponseHeaders();
			}
			return (response instanceof ExchangeResult result) ? result.getResponseHeaders() : null;
		}

	}

}
