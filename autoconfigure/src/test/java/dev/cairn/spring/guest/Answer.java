package dev.cairn.spring.guest;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.cairn.spring.test.RunningApplication;

/**
 * The answer of an application, without the values that differ from one request to the
 * next and those that Cairn adds on purpose.
 *
 * @param status the status
 * @param headers the headers, by name
 * @param body the body
 */
record Answer(int status, Map<String, List<String>> headers, String body) {

	private static final List<String> IGNORED = List.of("x-error-id", "x-trace-id", "date", "set-cookie",
			"content-length");

	static Answer of(HttpResponse<String> response) {
		Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
		headers.keySet().removeIf((name) -> IGNORED.contains(name.toLowerCase(Locale.ROOT)));
		headers.replaceAll((name, values) -> values.stream().map(Answer::withoutPort).toList());
		String body = response.body()
			.replaceAll("[,]?\"errorId\":\"[0-9a-f]{32}\"", "")
			.replaceAll("<div>Error id: [0-9a-f]{32}</div>", "")
			.replaceAll("<div>Trace id: [0-9a-f]{32}</div>", "")
			.replaceAll("\"timestamp\":\"[^\"]*\"", "\"timestamp\":\"\"")
			.replaceAll("<div id='created'>[^<]*</div>", "");
		return new Answer(response.statusCode(), headers, withoutPort(body));
	}

	private static String withoutPort(String text) {
		return text.replaceAll("127\\.0\\.0\\.1:\\d+", "host");
	}

	static Answer of(RunningApplication application, String path, String... headers) {
		return of(application.get(path, headers));
	}

}
