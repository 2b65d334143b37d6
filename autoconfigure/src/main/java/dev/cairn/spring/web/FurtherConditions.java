package dev.cairn.spring.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * What stands behind an ampersand in the query of the current request and is no parameter
 * of the endpoint: {@code p99>250ms} in {@code ?where=orders.*&p99>250ms}.
 */
public final class FurtherConditions implements Supplier<List<String>> {

	private static final List<String> PARAMETERS = List.of("where=", "window=", "buckets=");

	@Override
	public List<String> get() {
		List<String> conditions = new ArrayList<>();
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletRequest request = attributes.getRequest();
			String query = request.getQueryString();
			for (String part : (query != null) ? query.split("&") : new String[0]) {
				if (PARAMETERS.stream().noneMatch(part::startsWith)) {
					conditions.add(URLDecoder.decode(part, StandardCharsets.UTF_8));
				}
			}
		}
		return conditions;
	}

}
