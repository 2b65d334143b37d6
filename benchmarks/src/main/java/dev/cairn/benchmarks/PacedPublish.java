package dev.cairn.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The cost of publishing for the caller at a rate that the broker takes, all contenders
 * in turn, in one process: <pre>
 * java -cp benchmarks.jar dev.cairn.benchmarks.PacedPublish [calls/s] [seconds] [rounds] [bootstrap servers] [contender...]
 * </pre> What is measured is the time inside the call, one {@link System#nanoTime()}
 * included, and what the calling thread allocates.
 */
public final class PacedPublish {

	private static final int WARM_UP_SECONDS = 2;

	private PacedPublish() {
	}

	/**
	 * Run the contenders, all unless some are named, and print a table.
	 * @param args rate, seconds, rounds, bootstrap servers, contenders; each may be left
	 * out from behind
	 */
	public static void main(String[] args) {
		int rate = (args.length > 0) ? Integer.parseInt(args[0]) : 20_000;
		int seconds = (args.length > 1) ? Integer.parseInt(args[1]) : 5;
		int rounds = (args.length > 2) ? Integer.parseInt(args[2]) : 3;
		String bootstrapServers = (args.length > 3) ? args[3] : "127.0.0.1:19092";
		List<Contender> contenders = (args.length > 4) ? Arrays.stream(args).skip(4).map(Contender::valueOf).toList()
				: List.of(Contender.values());
		System.out.printf("%d calls/s for %d s, %d rounds, JDK %s%n", rate, seconds, rounds, Runtime.version());
		Map<Contender, PacedRun> runs = new EnumMap<>(Contender.class);
		List<String> accounts = new ArrayList<>();
		for (int round = 0; round < rounds; round++) {
			for (Contender contender : contenders) {
				PacedRun run = runs.computeIfAbsent(contender, (ignored) -> new PacedRun(rate));
				accounts.add(contender + " " + measure(contender, bootstrapServers, run, seconds));
			}
		}
		accounts.forEach(System.out::println);
		System.out.println(PacedRun.HEAD);
		runs.forEach((contender, run) -> System.out.println(run.row(contender.name())));
	}

	private static String measure(Contender contender, String bootstrapServers, PacedRun run, int seconds) {
		try (Publisher publisher = contender.open(bootstrapServers)) {
			new PacedRun(run.rate()).go(publisher, WARM_UP_SECONDS);
			run.go(publisher, seconds);
			return publisher.settle();
		}
	}

}
