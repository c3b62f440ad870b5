"""Why the doors refuse: keys and tokens, the contracts, files, what holds it all up."""

from typing import Final

from dalan.surfaces.html.i18n import marked

OF_DOORS: Final[dict[str, str]] = {
    "addons.invalid": marked(
        "A part of the add-on breaks a rule; the message names where and which."
    ),
    "addons.not_their_post": marked("The person who agreed does not own this post."),
    "addons.real_post_refused": marked("An app in development may touch development posts only."),
    "addons.unknown": marked("There is no such add-on, or it is another app’s."),
    "addons.widget_not_allowed": marked("The app was not given this kind of widget."),
    "api.fault": marked("Something went wrong on our side; the request id finds it in the log."),
    "api.invalid": marked("A field of the query or the body cannot be what it is."),
    "api.operation_unknown": marked("Nothing of our own API is served at this path."),
    "api.wrong_method": marked(
        "The path exists and takes another method; the header Allow names it."
    ),
    "basalam.dead_code": marked(
        "No code that was sent for this can be right any more; ask for a new one."
    ),
    "basalam.fault": marked(
        "Something went wrong on our side; the request id finds it in the log."
    ),
    "basalam.not_yours": marked("The path names another person than the one the token speaks for."),
    "basalam.operation_unknown": marked("Nothing is served at this path of Basalam’s door."),
    "basalam.scope_missing": marked("The token does not hold the scope that the operation needs."),
    "basalam.staff_only": marked("The field is for the platform’s own staff alone."),
    "basalam.token_missing": marked(
        "The operation needs an access token, and none came with the call."
    ),
    "basalam.token_unknown": marked(
        "The token was never issued at this door, has expired, or was revoked."
    ),
    "basalam.unprocessable": marked(
        "Parts of the request do not fit; the answer names the place of each."
    ),
    "basalam.wrong_code": marked("This is not the code that was sent."),
    "basalam.wrong_method": marked(
        "The path exists and takes another method; the header Allow names it."
    ),
    "dalan.conflict": marked("It clashes with what is already so."),
    "dalan.error": marked("It was refused on purpose; the message says why."),
    "dalan.failed_precondition": marked("The thing is not in a state that allows it."),
    "dalan.forbidden": marked("We know who is asking, and they may not."),
    "dalan.invalid": marked("What was asked makes no sense as it stands; the message says where."),
    "dalan.not_found": marked("There is no such thing, or the asker may not know that there is."),
    "dalan.resource_exhausted": marked("A limit was reached; Retry-After says when to come back."),
    "dalan.unauthenticated": marked("We do not know who is asking, or no longer."),
    "dalan.unavailable": marked(
        "Something we depend on did not answer; trying again later may help."
    ),
    "database.busy": marked("Somebody else held the database for too long; try again."),
    "database.outcome_unknown": marked(
        "The connection broke while it was written down: all was done or nothing."
    ),
    "database.unavailable": marked(
        "The database cannot be reached or its disk is full; nothing was changed."
    ),
    "deliveries.event_unknown": marked(
        "The app was never told of this, or it is forgotten by now."
    ),
    "deliveries.no_address": marked("The app named no address for events."),
    "deliveries.not_disabled": marked("Events are being sent already."),
    "deliveries.not_waiting": marked("The event is not on its way any more."),
    "developers.already_asked": marked("The app has what was asked for, or waits for it."),
    "developers.already_member": marked("The person is a member of the app already."),
    "developers.app_not_active": marked(
        "The app is suspended or paused; none of its keys opens anything."
    ),
    "developers.beyond_ceiling": marked("A key cannot do more than its app may."),
    "developers.expired_key": marked("The API key has expired; make another in the panel."),
    "developers.invalid_field": marked("One field cannot be accepted; the message names it."),
    "developers.invalid_key": marked(
        "We never issued this API key; perhaps it is mistyped or of another world."
    ),
    "developers.invalid_pod_token": marked("We never issued this API token, or it has ended."),
    "developers.invalid_service_key": marked(
        "The service key is missing, or is none of the app behind the API token."
    ),
    "developers.invalid_slug": marked(
        "A slug has 3 to 40 lower-case letters, digits and single hyphens."
    ),
    "developers.last_owner": marked("An app keeps one owner at least."),
    "developers.missing_key": marked("The call carries no API key; send it as X-API-Key."),
    "developers.no_keys_held": marked(
        "An app that proves itself by signatures only needs a key to sign with."
    ),
    "developers.not_allowed": marked("The member’s role does not reach that far."),
    "developers.permission_missing": marked(
        "The API key does not carry the permission that the operation needs."
    ),
    "developers.quota_exceeded": marked(
        "The app called more often in this minute or day than it may."
    ),
    "developers.revoked_key": marked("The API key was revoked in the panel; make another."),
    "developers.rotation_under_way": marked(
        "A key has a successor while the one before it still works."
    ),
    "developers.slug_taken": marked("Another app has this slug."),
    "developers.too_many": marked("There may be no more of these."),
    "developers.unknown_app": marked("No app has this slug, or the asker is none of its members."),
    "developers.unknown_key": marked("The app has no such key."),
    "developers.unknown_member": marked("The person is no member of the app."),
    "developers.unknown_permission": marked("There is no such permission."),
    "developers.unknown_request": marked("There is no such request, or it is another app’s."),
    "developers.wrong_state": marked("The app is not in a state that allows it."),
    "events.invalid_subscription": marked(
        "Something about the subscription cannot be; the message names the field."
    ),
    "events.resource_unknown": marked("The person has no such post."),
    "events.scope_missing": marked("The person did not agree to the app being told of this."),
    "events.subscription_unknown": marked(
        "The app has no such subscription, or it ended with its token."
    ),
    "events.too_many_subscriptions": marked(
        "There are as many subscriptions on this person’s word as there may be."
    ),
    "kenar.app_not_resolved": marked("The key is no app’s, where tickets are validated."),
    "kenar.bot_user_unknown": marked("The app knows nobody by this id."),
    "kenar.business_missing": marked(
        "The post would belong to nobody: name a business, or bring a person’s token."
    ),
    "kenar.chat_field_invalid": marked(
        "A field of the message breaks a rule; the message names which."
    ),
    "kenar.fault": marked("Something went wrong on our side; the request id finds it in the log."),
    "kenar.invalid_field": marked("A member of the body says what no post may say."),
    "kenar.invalid_mask": marked("update_mask is empty or names what cannot be edited."),
    "kenar.invalid_number": marked("A 64-bit number is neither a number nor one written as text."),
    "kenar.no_business_wallet": marked("The business is to pay, and the post belongs to none."),
    "kenar.not_the_tokens_person": marked(
        "The body names another person than the one the token speaks for."
    ),
    "kenar.not_the_tokens_user": marked(
        "The path names another person than the one the token speaks for."
    ),
    "kenar.not_their_post": marked(
        "The post belongs to somebody else than the person the token speaks for."
    ),
    "kenar.operation_unknown": marked("Nothing is served at this path; check it and its version."),
    "kenar.other_person": marked("The id or number is not that of the person who agreed."),
    "kenar.phone_unknown": marked("Nobody here has this phone number."),
    "kenar.real_post_refused": marked("An app in development may touch development posts only."),
    "kenar.scope_missing": marked("The person has not agreed to this, or not for this thing."),
    "kenar.token_missing": marked(
        "The operation acts for a person, and no access token came with the call."
    ),
    "kenar.token_of_other_app": marked(
        "The access token was issued to another app than the key’s."
    ),
    "kenar.token_unknown": marked(
        "The access token was never issued, has expired, or was revoked."
    ),
    "kenar.user_unknown": marked("The app knows nobody by this id, or nobody has this number."),
    "kenar.wrong_method": marked(
        "The path exists and takes another method; the header Allow names it."
    ),
    "media.file_too_large": marked("The upload has more bytes than a file of its kind may have."),
    "media.image_too_large": marked("The upload has more bytes than a picture may have."),
    "media.queue_full": marked("More pictures wait to be made smaller than fit in memory."),
    "media.store_unavailable": marked("Where files are kept does not answer, or is full."),
    "media.too_many_uploads": marked(
        "The app has begun more uploads than it may have open at once."
    ),
    "media.unknown_file": marked("No file has this name, or it was temporary and is gone."),
    "media.unknown_image": marked("No picture has this name, or it was temporary and is gone."),
    "media.unknown_upload": marked("No upload has this address, or its time is over."),
    "media.unreadable_file": marked("The bytes are no video, voice or document that is taken."),
    "media.unreadable_image": marked("The bytes are no picture that is taken."),
    "media.upload_overfull": marked("More bytes came than the upload was said to have."),
    "media.upload_refused": marked("The upload is whole and was refused: begin another one."),
    "media.wrong_offset": marked("A part begins elsewhere than where the last one ended."),
    "oauth.access_denied": marked("The person said no, or may not agree to this."),
    "oauth.consent_required": marked(
        "The app asked for no page to be shown, and the person has not agreed yet."
    ),
    "oauth.insufficient_scope": marked("The token does not hold the scope that this needs."),
    "oauth.interaction_required": marked(
        "The app asked for no page to be shown, and one is needed."
    ),
    "oauth.invalid_authorization_details": marked(
        "The authorization_details cannot be understood."
    ),
    "oauth.invalid_client": marked(
        "The app did not prove who it is: check client_id and client_secret."
    ),
    "oauth.invalid_grant": marked(
        "The code or refresh token is unknown, used, expired, or another app’s."
    ),
    "oauth.invalid_request": marked("A field is missing, given twice, or cannot be what it is."),
    "oauth.invalid_scope": marked("The scopes asked for make no sense, or not for this app."),
    "oauth.invalid_token": marked("The access token is unknown, has expired, or was revoked."),
    "oauth.login_required": marked(
        "The app asked for no page to be shown, and nobody is signed in."
    ),
    "oauth.no_such_personal_token": marked("The person has no such token of this app."),
    "oauth.redirect_uri_mismatch": marked(
        "The redirect_uri is not the one of the authorization request."
    ),
    "oauth.request_not_supported": marked(
        "Request objects are not taken; send the parameters as they are."
    ),
    "oauth.request_uri_not_supported": marked("Only a request_uri that was pushed here is taken."),
    "oauth.server_error": marked(
        "Something went wrong on our side; the request id finds it in the log."
    ),
    "oauth.temporarily_unavailable": marked(
        "Something we depend on did not answer; trying again later may help."
    ),
    "oauth.too_many_personal_tokens": marked(
        "The person has as many live tokens of this app as one may have."
    ),
    "oauth.unauthorized_client": marked("The app is not active, or may not use this way."),
    "oauth.unknown_client": marked("No app has this client_id."),
    "oauth.unregistered_redirect_uri": marked("The app never registered this redirect_uri."),
    "oauth.unsupported_grant_type": marked("This endpoint does not take that grant_type."),
    "oauth.unsupported_response_type": marked("Only response_type=code is taken."),
    "oauth.untitled_token": marked("A personal token needs a title."),
    "outbound.failed": marked(
        "The app could not be reached, broke the connection or answered too much."
    ),
    "outbound.refused": marked(
        "We do not make this call: the address, port or a header is not allowed."
    ),
    "outbound.timeout": marked("The app did not answer in time."),
    "request.body_too_large": marked("The body is larger than is read."),
    "request.invalid_body": marked("The body is no JSON, or not what this operation takes."),
    "search.quota": marked("The app searched as often as it may in a day."),
    "taxonomy.asset_not_published": marked(
        "The list exists for some categories only, and this is not one."
    ),
    "taxonomy.entry_exists": marked("The list has an entry of that slug."),
    "taxonomy.invalid_entry": marked("What is said of the entry cannot be."),
    "taxonomy.invalid_fields": marked(
        "Some fields of the category cannot be accepted; the message names each."
    ),
    "taxonomy.needed_entry": marked("The entry cannot go while others stand on it."),
    "taxonomy.not_a_leaf_category": marked(
        "The category has others below it, so nothing is filed under it."
    ),
    "taxonomy.unknown_category": marked("No category has this slug."),
    "taxonomy.unknown_city": marked("No city has this slug."),
    "taxonomy.unknown_district": marked("No district has this slug."),
    "taxonomy.unknown_entry": marked("There is no such list, or nothing of that slug in it."),
    "touchpoints.app_did_not_answer": marked("The app’s server did not answer, or not as agreed."),
    "touchpoints.invalid": marked(
        "There is no such place or operation, or the one is not for the other."
    ),
    "touchpoints.not_offered": marked("The app is not offered there to that person."),
    "touchpoints.nothing_to_press": marked(
        "The widget is gone, or does nothing when it is clicked."
    ),
    "touchpoints.person_needed": marked("A bot is started by somebody who is signed in."),
    "upload.address_dead": marked("The signed address was changed, or its ten minutes are over."),
    "upload.kind_unknown": marked("Nothing of that kind is sent anywhere."),
    "upload.too_many_at_once": marked("More files are being received than fit at once."),
    "upload.too_slow": marked("The file took longer to come than an upload may take."),
    "upload.tus_version": marked("The client speaks another version of the upload protocol."),
}
