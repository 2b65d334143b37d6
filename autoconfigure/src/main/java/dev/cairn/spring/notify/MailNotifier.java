package dev.cairn.spring.notify;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.mail.MailSender;
import org.springframework.mail.SimpleMailMessage;

/**
 * Sends notifications as mails of plain text.
 */
final class MailNotifier implements Notifier {

	private final MailSender sender;

	private final @Nullable String from;

	private final List<String> to;

	MailNotifier(MailSender sender, @Nullable String from, List<String> to) {
		this.sender = sender;
		this.from = from;
		this.to = List.copyOf(to);
	}

	@Override
	public void send(Notification notification) {
		SimpleMailMessage mail = new SimpleMailMessage();
		if (this.from != null) {
			mail.setFrom(this.from);
		}
		mail.setTo(this.to.toArray(String[]::new));
		mail.setSubject(notification.subject());
		mail.setText(notification.plainText());
		this.sender.send(mail);
	}

}
