package dev.cairn.spring.web.request;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ConcurrentLruCache;

/**
 * Recognizes clients that are no people by their user agent: robots, probes, and scripts.
 */
final class Robots {

	/** Their names, or parts of them. */
	private static final List<String> NAMES = List.of(
			// Crawlers, and the assistants and previews that read pages for others
			"bot\\b", "bot[-_/]", "crawl", "spider", "slurp", "archiver", "facebookexternalhit", "embedly",
			"feedfetcher", "mediapartners-google", "google-", "googleother", "bingpreview", "chatgpt-user", "claude-",
			"anthropic-", "meta-external", "perplexity", "cohere-", "whatsapp/", "snippet", "validator",
			"skypeuripreview",
			// Browsers without a person
			"headless", "phantomjs", "puppeteer", "playwright", "selenium", "lighthouse", "pagespeed", "prerender",
			"htmlunit", "jsdom", "cypress", "webdriver", "synthetics",
			// Probes and monitors
			"kube-probe", "healthcheck", "health-check", "googlehc", "uptime", "pingdom", "statuscake", "monitor",
			"nagios", "check_http", "zabbix", "prometheus", "blackbox", "datadog", "newrelic", "consul", "envoy/hc",
			"site24x7", "checkly", "updown\\.io", "freshping", "hetrixtools", "^telegraf", "^vmagent",
			"victoriametrics", "^grafana", "^thanos",
			// Scripts and libraries
			"^curl", "^wget", "^python", "python-", "aiohttp", "httpx", "httpie", "scrapy", "^go-http-client",
			"^apache-http", "^java/", "^go-resty", "^restsharp", "^dart/", "reqwest", "^hyper/", "^aws-sdk", "^okhttp",
			"^reactornetty", "^jetty", "node-fetch", "^node", "^axios", "undici", "^got ", "libwww", "^lwp", "^perl",
			"^ruby", "faraday", "^php", "guzzle", "^postmanruntime", "^insomnia", "powershell", "jmeter", "gatling",
			"^k6/", "^ab/", "^wrk", "^hey/", "vegeta", "rest-assured",
			// Scanners
			"scanner", "nmap", "nikto", "sqlmap", "masscan", "zgrab", "censys", "nuclei");

	/** Names of phones. */
	private static final String PHONES = "(?<!cu)";

	private static final Pattern ROBOT = Pattern.compile(String.join("|", NAMES).replace("bot", PHONES + "bot"));

	private final List<NamePattern> own;

	private final ConcurrentLruCache<String, Boolean> known = new ConcurrentLruCache<>(2000, this::matches);

	/**
	 * Creates an object.
	 * @param own the patterns of the application, in lower case
	 */
	Robots(List<NamePattern> own) {
		this.own = own;
	}

	boolean isRobot(@Nullable String userAgent) {
		return userAgent != null && this.known.get(Text.cut(userAgent, UserAgents.MAX_LENGTH));
	}

	private boolean matches(String userAgent) {
		String lowerCase = userAgent.toLowerCase(Locale.ROOT);
		return ROBOT.matcher(lowerCase).find() || this.own.stream().anyMatch((pattern) -> pattern.matches(lowerCase));
	}

}
