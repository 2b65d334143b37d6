package dev.cairn.spring.web.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * What stands behind an ampersand in the query of the current request and is no parameter
 * of the endpoint: {@code p99>250ms} in {@code ?where=orders.*&p99>250ms}.
 */
public final class FurtherConditions implements Supplier<List<String>> {

	/**
	 * A comparison of a number; what is no such thing may be a parameter of somebody
	 * else.
	 */
	private static final Pattern COMPARISON = Pattern
		.compile("(count|rate|min|max|mean|stddev|p\\d+(\\.\\d+)?)\\s*[<>=!].*");

	@Override
	public List<String> get() {
		List<String> conditions = new ArrayList<>();
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletRequest request = attributes.getRequest();
			String query = request.getQueryString();
			for (String part : (query != null) ? query.split("&") : new String[0]) {
				String decoded = URLDecoder.decode(part, StandardCharsets.UTF_8).strip();
				if (COMPARISON.matcher(decoded).matches()) {
					conditions.add(decoded);
				}
			}
		}
		return conditions;
	}

}
