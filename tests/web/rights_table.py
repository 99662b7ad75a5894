"""The table of rights: every endpoint of the house beside the verb that it asks for. A new route has to stand here.

A verb is asked for at the form that the address names, else at its project. `@verb`: at the form of the thing that the
address names by its number. `~verb`: the page shows what one may see, so the verb may be held on any form. `/verb`: on
the whole server. `a|b`: one of them, `a&b`: both. `open`: anybody. `signed`: whoever has signed in. `other`: has rules
of its own, with tests elsewhere.
"""

TABLE = {
    "open": """
        api_sessions.sign_in health.show docs.description docs.explore docs.show
        joining.forgotten joining.send menu.language sign_in.enter sign_in.leave
        sign_in.show static api_users.initiate_reset
    """,
    "other": """
        joining.join joining.new_password joining.set_password joining.take joining.take_as_oneself
        api_config.change api_config.preview api_config.public api_config.public_one api_config.show api_config.unset
        api_users.verify_reset api_sessions.end openrosa_form_list.list_forms openrosa_submission.deliver
        openrosa_submission.deliver_draft openrosa_submission.knock openrosa_submission.knock_draft
        findings.progress recipes.numbers
        account.change_password account.end account.end_session account.end_sessions account.other account.reset
        api_users.change api_users.change_password api_users.show api_users.list_all
        api_bulks.confirm api_bulks.list_items api_bulks.show api_bulks.undo inbox.bulk inbox.confirm inbox.undo
    """,
    "signed": """
        api_user_preferences.drop_site api_user_preferences.put_site
        account.show api_form_links.show api_users.current home.start projects.list menu.show api_projects.list_all
        api_roles.list_all api_roles.show api_sessions.restore api_sessions.end_current
    """,
    "/user.create": "api_users.create people.add",
    "/user.delete": "api_users.retire",
    "/assignment.list": "api_assignments.actors_site api_assignments.list_site",
    "/assignment.create": "api_assignments.add_site api_assignments.limit_site",
    "/assignment.delete": "api_assignments.drop_site",
    "/audit.read": "activity.csv activity.list api_audits.list_all",
    "/server.read": "api_status.show status.show",
    "/task.update": "status.retry status.retry_all",
    "/project.create": "api_projects.create projects.create projects.new",
    "~project.read": """
        api_projects.show api_user_preferences.drop_project api_user_preferences.put_project home.project
    """,
    "project.update": """
        api_projects.change api_projects.encrypt api_projects.replace projects.change projects.settings
        activity.csv_of_project activity.of_project programme.change programme.adopt
    """,
    "project.delete": "api_projects.withdraw",
    "~assignment.list": "people.list",
    "assignment.list": """
        invitations.list
        api_assignments.actors_form api_assignments.actors_project api_assignments.list_form api_assignments.list_forms
        api_assignments.list_forms_of_role api_assignments.list_project
    """,
    "assignment.create": """
        invitations.invite people.change
        api_assignments.add_form api_assignments.add_project api_assignments.limit_form api_assignments.limit_project
    """,
    "assignment.delete": "invitations.withdraw api_assignments.drop_form api_assignments.drop_project",
    "field_key.list": """
        api_app_users.drawing api_app_users.list_all api_app_users.picture api_app_users.show phones.list phones.picture
        phones.sheet
    """,
    "field_key.create": "api_app_users.create api_app_users.restore phones.add phones.restore",
    "field_key.update": "api_app_users.change api_app_users.rotate phones.rotate phones.end_old",
    "field_key.delete": "api_app_users.withdraw phones.revoke",
    "public_link.list": "api_public_links.list_all",
    "public_link.read": "api_public_links.show public_links.picture",
    "public_link.create": "api_public_links.create public_links.add",
    "public_link.update": "api_public_links.change",
    "public_link.delete": "api_public_links.withdraw public_links.withdraw",
    "actor_property.list": "api_actor_properties.list_all",
    "actor_property.update": "api_actor_properties.declare",
    "dataset.list": "api_datasets.list_all datasets.list mandates.of_project",
    "dataset.create": "api_datasets.create datasets.create",
    "dataset.read": """
        api_datasets.show api_entity_tables.document api_entity_tables.description
        datasets.settings entity_imports.template
    """,
    "dataset.update": """
        api_datasets.change api_datasets.add_property api_datasets.remove_property api_mandates.set_reading
        datasets.add_property datasets.drop_property datasets.keep_settings
    """,
    "dataset.delete": """
        api_datasets.restore api_datasets.withdraw datasets.drop datasets.restore
    """,
    "~entity.list|open_form.read": "openrosa_form_list.integrity",
    "entity.list": """
        api_entities.list_all api_entities.list_acts api_entities.list_creators api_entity_tables.rows
        api_entity_tables.count api_entity_tables.as_csv api_entity_tables.trashed_as_csv api_entity_tables.as_geojson
        conflicts.list datasets.csv datasets.show datasets.waiting
        api_mandates.list_in_office api_mandates.standing api_mandates.lapsing api_mandates.disputes
        mandates.list mandates.show
    """,
    "entity.read": """
        api_entities.show api_entities.place api_entity_history.list_versions api_entity_history.list_differences
        api_entity_history.list_audits
        conflicts.show entities.show api_mandates.show_reading
    """,
    "entity.create": """
        api_entities.create
        entities.create entities.new entity_imports.ask entity_imports.preview entity_imports.receive
        entity_imports.take
    """,
    "entity.update": """
        api_entities.change api_entities.force
        conflicts.settle conflicts.undo datasets.force entities.edit entities.save
    """,
    "entity.delete": """
        api_entities.withdraw api_entities.withdraw_many
        entities.drop
    """,
    "entity.restore": """
        api_entities.restore api_entities.restore_many
        entities.restore
    """,
    "~form.list|open_form.list": "api_forms.list_all forms.list",
    "form.read": "api_odata.document api_odata.description api_odata.draft_document api_odata.draft_description",
    "form.create": "api_forms.create forms.receive forms.upload returns.put_form",
    "form.restore": "api_forms.restore trash.restore_form",
    "form.delete": "api_forms.withdraw trash.drop_form",
    "form.read|open_form.read": """
        api_findings.show_policy
        api_form_media.list_current api_form_media.list_of_version api_forms.dataset_diff api_forms.list_fields
        api_forms.show
        api_versions.list_all api_versions.list_fields api_versions.show forms.definition forms.media_file forms.show
        forms.source openrosa_form_list.manifest openrosa_form_list.version_manifest
        openrosa_media.form_attachment openrosa_media.form_xls openrosa_media.form_xlsx openrosa_media.form_xml
        openrosa_media.version_attachment openrosa_media.version_xls openrosa_media.version_xlsx
        openrosa_media.version_xml
    """,
    "form.update": """
        api_drafts.abandon api_drafts.dataset_diff api_drafts.list_fields api_drafts.publish api_drafts.show
        api_drafts.start
        api_form_media.give api_form_media.link api_form_media.list_of_draft api_form_media.take_away api_forms.change
        api_findings.put_policy api_findings.recheck api_findings.show_recheck api_alike.put_key
        api_decisions.put_settings deciding.keep_settings alike.keep_setting
        api_rules.change api_rules.create api_rules.drop api_rules.dry_run rules.add rules.change rules.drop rules.new
        rules.publish rules.restore rules.stop rules.try_out findings.policy findings.recheck
        forms.drop forms.publish forms.put_media forms.replace forms.start_draft forms.state forms.test_code
        openrosa_form_list.draft_manifest openrosa_form_list.list_draft openrosa_media.draft_attachment
        openrosa_media.draft_xls openrosa_media.draft_xlsx openrosa_media.draft_xml
    """,
    "~submission.list": """
        overview.show inbox.list returns.list submissions.list api_returns.list_all programme.show programme.count
    """,
    "submission.list": """
        api_alike.list_waiting api_alike.show_key api_decisions.settings deciding.settings submissions.export
        api_submissions.list_all_get api_submissions.list_submitters_get
        api_submissions.draft_list_all_get api_submissions.draft_list_submitters_get
        api_submissions.draft_list_keys_get api_submissions.list_keys_get api_findings.summarise
    """,
    "~submission.read": "cleaning.show exports.ask exports.show exports.recent statistics.show",
    "submission.read": """
        alike.show api_alike.compare api_alike.show api_positions.of_form api_positions.of_record
        api_positions.of_version api_submissions.list_diffs api_findings.list_all
        api_audits.list_of_submission api_column_mappings.list_all api_column_mappings.preview
        api_decisions.show api_exports.as_csv api_exports.as_csv_by_post api_exports.as_zip api_exports.as_zip_by_post
        api_exports.draft_as_csv api_exports.draft_as_csv_by_post api_exports.draft_as_zip
        api_exports.draft_as_zip_by_post api_odata.below api_odata.draft_below api_odata.draft_table api_odata.table
        api_odata.count api_odata.draft_count
        api_export_jobs.ask api_export_jobs.cancel api_export_jobs.download
        api_export_jobs.list_all api_export_jobs.show exports.cancel exports.codebook exports.file
        exports.one exports.part
        api_recipes.as_script api_recipes.as_yaml api_recipes.explain api_recipes.explain_raw api_recipes.list_all
        api_recipes.list_notices api_recipes.list_versions api_recipes.preview api_recipes.preview_kept api_recipes.show
        api_rules.list_all api_rules.show rules.list rules.show
        api_submission_files.draft_fetch api_submission_files.draft_list api_submission_files.draft_version_fetch
        api_submission_files.draft_version_list api_submission_files.fetch api_submission_files.list
        api_submission_files.version_fetch api_submission_files.version_list
        api_submissions.draft_list_versions_get api_submissions.draft_show_get api_submissions.draft_show_version_get
        api_submissions.draft_show_xml_get api_submissions.draft_version_xml_get api_submissions.list_comments
        api_submissions.list_versions_get api_submissions.show_get api_submissions.show_version_get
        api_submissions.show_xml_get api_submissions.version_xml_get
        lineage.show mappings.list mappings.show
        recipes.history recipes.list recipes.script recipes.show recipes.yaml
        submissions.file submissions.photo submissions.picture submissions.print submissions.print_css submissions.qr
        submissions.show submissions.version submissions.version_xml submissions.xml
    """,
    "@submission.read": "api_returns.show",
    "submission.create": "api_submissions.deliver_post",
    "form.update&submission.create": "api_submissions.draft_deliver_post",
    "submission.update&submission.create": "api_submissions.deliver_put",
    "form.update&submission.update&submission.create": "api_submissions.draft_deliver_put",
    "submission.update": """
        api_findings.reopen api_findings.settle alike.settle alike.undo api_alike.settle api_alike.undo
        api_submission_files.draft_version_drop
        api_submission_files.version_drop api_decisions.decide api_decisions.undo api_returns.create
        api_submission_files.drop
        api_submission_files.put api_submission_files.draft_drop api_submission_files.draft_put api_submissions.change
        deciding.ask deciding.decide deciding.undo
        findings.reopen findings.settle returns.ask returns.send
    """,
    "@submission.update": """
        api_returns.close api_returns.reopen api_returns.withdraw returns.close returns.reopen returns.withdraw
    """,
    "~submission.update": "api_bulks.plan inbox.plan",
    "submission.correct": """
        api_corrections.preview api_corrections.save api_corrections.show api_submissions.edit
        correcting.ask correcting.back correcting.review correcting.save
    """,
    "submission.delete": "api_submissions.drop trash.drop_record",
    "~submission.restore": "trash.list",
    "submission.restore": "api_submissions.restore trash.restore_record",
    "comment.create": "api_submissions.comment submissions.comment",
    "recipe.update": """
        api_column_mappings.create api_column_mappings.undo api_recipes.acknowledge api_recipes.create api_recipes.drop
        api_recipes.restore api_recipes.revert api_recipes.save api_recipes.save_yaml mappings.join mappings.part
        recipes.acknowledge recipes.act recipes.add recipes.compare recipes.drop recipes.keep_step recipes.new
        recipes.rename recipes.restore recipes.revert recipes.take recipes.try_step recipes.upload
    """,
    "~parked.read": "parked.list api_parked.list_all",
    "parked.read": "parked.show parked.xml api_parked.fetch api_parked.show api_parked.xml",
    "parked.update": "parked.admit parked.dismiss api_parked.admit api_parked.dismiss",
    "webhook.list": "api_webhooks.list_all api_webhooks.list_deliveries api_webhooks.show webhooks.list webhooks.show",
    "webhook.create": "api_webhooks.create webhooks.add",
    "webhook.update": """
        api_webhooks.change api_webhooks.change_secret api_webhooks.retry api_webhooks.skip api_webhooks.test
        webhooks.change webhooks.change_secret webhooks.retry webhooks.set_state webhooks.skip webhooks.test
    """,
    "webhook.delete": "api_webhooks.delete webhooks.delete",
}

VERB_OF = {endpoint: verb for verb, names in TABLE.items() for endpoint in names.split()}
