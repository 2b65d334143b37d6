package dev.cairn.host;

import java.util.Locale;
import java.util.Map;

import dev.cairn.host.Producer.State;

/**
 * The page, without scripts. It loads itself again.
 */
final class Page {

	private static final double MAX_WHOLE = 1L << 53;

	private Page() {
	}

	static String of(HostStats host) {
		StringBuilder page = new StringBuilder(4096);
		page.append("""
				<!DOCTYPE html>
				<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">
				<title>Cairn host view</title><link rel="stylesheet" href="host.css"></head><body>
				<h1>Cairn host view</h1>
				<h2>Processes</h2>
				<table><tr><th>Process</th><th>Source</th><th>State</th><th>Stats</th><th></th></tr>
				""");
		host.producers().forEach((producer) -> row(page, producer));
		page.append("</table>\n<h2>Stats of all processes</h2>\n<table><tr><th>Name</th><th>Value</th></tr>\n");
		host.stats()
			.forEach((name, value) -> page.append("<tr><td>")
				.append(escape(name))
				.append("</td><td class=\"number\">")
				.append(number(value))
				.append("</td></tr>\n"));
		page.append("</table>\n");
		if (!host.processes().isEmpty()) {
			page.append("<h2>Percentiles of one process each, which cannot be merged</h2>\n")
				.append("<table><tr><th>Name</th><th>Process</th><th>Value</th></tr>\n");
			host.processes().forEach((name, values) -> rows(page, name, values));
			page.append("</table>\n");
		}
		return page.append("</body></html>\n").toString();
	}

	private static void row(StringBuilder page, Producer producer) {
		String state = producer.state().name().toLowerCase(Locale.ROOT);
		page.append((producer.state() == State.OK) ? "<tr>" : "<tr class=\"problem\">")
			.append("<td>")
			.append(escape(producer.name()))
			.append("</td><td>")
			.append(producer.source().name().toLowerCase(Locale.ROOT))
			.append("</td><td>")
			.append(state)
			.append("</td><td class=\"number\">")
			.append(producer.stats().size())
			.append("</td><td>")
			.append(escape(producer.problem()))
			.append("</td></tr>\n");
	}

	private static void rows(StringBuilder page, String name, Map<String, Double> values) {
		values.forEach((process, value) -> page.append("<tr><td>")
			.append(escape(name))
			.append("</td><td>")
			.append(escape(process))
			.append("</td><td class=\"number\">")
			.append(number(value))
			.append("</td></tr>\n"));
	}

	private static String number(double value) {
		return (value == Math.rint(value) && Math.abs(value) <= MAX_WHOLE) ? String.valueOf((long) value)
				: String.format(Locale.ROOT, "%.6f", value);
	}

	static String escape(String text) {
		return text.replace("&", "&amp;")
			.replace("<", "&lt;")
			.replace(">", "&gt;")
			.replace("\"", "&quot;")
			.replace("'", "&#39;");
	}

}
